"""From a soname to the package that has it."""

import pytest

from bareboat.debian import contents as contents_index
from bareboat.debian import packages, sonames
from bareboat.debian.contents import Table
from bareboat.debian.packages import Candidate, Pool

FOLDER = "usr/lib/x86_64-linux-gnu"
CONTENTS = f"""\
{FOLDER}/libz.so.1                                  libs/zlib1g
{FOLDER}/libz.so.1.3.1    libs/zlib1g
{FOLDER}/blas/libblas.so.3\tlibs/libblas3,math/libatlas3,plain
{FOLDER}/libmagic.so.1 libs/libmagic1t64
{FOLDER}/libmagic.so.2 libs/libfuture
{FOLDER}/libmagic.so libdevel/libmagic-dev
"""


def contents() -> Table:
    return contents_index.scan([CONTENTS.encode()])[0]


def pool(*names: str) -> Pool:
    text = "\n".join(
        f"Package: {name}\nVersion: 1\nArchitecture: amd64\n"
        f"Filename: p/{name}.deb\nSize: 1\nSHA256: {'0' * 64}\n"
        for name in names
    )
    return Pool([packages.scan([text.encode()], "main")])


@pytest.mark.parametrize(
    ("soname", "first", "among"),
    [
        ("libssl.so.3", "libssl3", "libssl3t64"),
        ("libpq.so.5", "libpq5", "libpq5t64"),
        ("libX11.so.6", "libx11-6", "libx116"),
        ("libgdk_pixbuf-2.0.so.0", "libgdk-pixbuf-2.0-0", "libgdk-pixbuf2.0-0t64"),
        ("libglib-2.0.so.0", "libglib-2.0-0", "libglib2.0-0t64"),
        ("libstdc++.so.6", "libstdc++6", "libstdc++6"),
        ("libdb-5.3.so", "libdb5.3", "libdb5.3t64"),
        ("libfoo.so", "libfoo", "libfoot64"),
        ("libcrypto.so.1.1", "libcrypto1.1", "libcrypto-1.1"),
    ],
)
def test_names_are_guessed_as_policy_names_them(soname: str, first: str, among: str) -> None:
    found = sonames.guesses(soname)
    assert found[0] == first
    assert among in found
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("soname", ["", "libfoo", "../libfoo.so.1", "lib foo.so.1", ".so.1", "libfoo.so.x"])
def test_what_is_no_soname_is_not_guessed(soname: str) -> None:
    assert sonames.guesses(soname) == ()


def test_a_good_guess_is_checked_against_the_package_and_contents_are_not_read() -> None:
    asked: list[str] = []

    def files(candidate: Candidate) -> list[str]:
        asked.append(candidate.name)
        return ["./usr/lib/other/libssl.so.3"] if candidate.name == "libssl3" else [f"{FOLDER}/libssl.so.3"]

    def never() -> Table:
        raise AssertionError("the Contents index was read")

    found = sonames.find(
        "libssl.so.3", pool("libssl3", "libssl3t64"), folders=(FOLDER,), files=files, contents=never
    )
    assert found == "libssl3t64"
    assert asked == ["libssl3", "libssl3t64"]


def test_what_is_not_guessed_is_looked_up_and_checked_in_the_package() -> None:
    held = {
        "zlib1g": [f"{FOLDER}/libz.so.1"],
        "libblas3": [f"{FOLDER}/blas/libblas.so.3", f"{FOLDER}/libblas.so.3"],  # through an alternative
        "plain": [f"{FOLDER}/blas/libblas.so.3"],
    }

    def find(soname: str, *there: str) -> str | None:
        return sonames.find(
            soname,
            pool(*there),
            folders=(FOLDER,),
            files=lambda one: held.get(one.name, []),
            contents=contents,
        )

    assert find("libz.so.1", "zlib1g") == "zlib1g"
    assert find("libz.so.1", "other") is None
    assert find("libblas.so.3", "libblas3", "plain") == "libblas3"
    assert find("libblas.so.3", "plain") is None
    assert find("libnone.so.1", "zlib1g") is None


def test_any_version_of_a_library_is_found_by_name_or_in_the_index() -> None:
    files = {
        "libmagic1t64": [f"./{FOLDER}/libmagic.so.1", f"./{FOLDER}/libmagic.so.1.0"],
        "libmagic9": ["usr/share/libmagic.so.9"],
        "libfuture": [],
        "zlib1g": [f"{FOLDER}/libz.so.1"],
        "libusb-1.0-0": [f"{FOLDER}/libusb-1.0.so.0"],
    }

    def find(name: str, *there: str) -> str | None:
        return sonames.find(
            name,
            pool(*there),
            folders=(FOLDER,),
            files=lambda one: files.get(one.name, []),
            contents=contents,
        )

    assert find("-lmagic", "libmagic1t64", "libmagic9", "libmagic-dev") == "libmagic1t64"
    assert find("-lusb-1.0", "libusb-1.0-0") == "libusb-1.0-0"
    assert find("-lz", "zlib1g") == "zlib1g"
    assert find("-lmagic", "libfuture") is None
    assert find("-lnone", "zlib1g") is None
