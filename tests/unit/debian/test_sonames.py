"""From a soname to the package that has it."""

import pytest

from bareboat.debian import packages, sonames
from bareboat.debian.packages import Candidate, Pool
from bareboat.errors import IntegrityError

FOLDER = "usr/lib/x86_64-linux-gnu"
CONTENTS = f"""\
{FOLDER}/libz.so.1                                  libs/zlib1g
lib/x86_64-linux-gnu/libold.so.2 oldlibs/libold2
{FOLDER}/libz.so.1.3.1    libs/zlib1g
{FOLDER}/libblas.so.3\tlibs/libblas3,math/libatlas3,plain
{FOLDER}/deeper/libz.so.9      libs/zlib9
usr/lib/libodd.so.1      libs/libodd1
{FOLDER}/libgdk-1.2.so libs/libgdk1.2
{FOLDER}/libsock.somewhere libs/no
usr/share/x86_64-linux-gnu/libno.so.1 libs/libno1
"""


def libraries(cut: int = 1 << 20) -> sonames.Libraries:
    data = CONTENTS.encode()
    return sonames.scan([data[start : start + cut] for start in range(0, len(data), cut)], FOLDER)


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


@pytest.mark.parametrize("cut", [1, 17, 1 << 20])
def test_contents_give_the_libraries_of_one_folder(cut: int) -> None:
    found = libraries(cut)
    assert found.find("libz.so.1") == ("zlib1g",)
    assert found.find("libold.so.2") == ("libold2",)
    assert found.find("libblas.so.3") == ("libatlas3", "libblas3", "plain")
    assert found.find("libgdk-1.2.so") == ("libgdk1.2",)
    for other in ("libz.so.9", "libodd.so.1", "libno.so.1", "libsock.somewhere", "libz.so", "ibz.so.1"):
        assert found.find(other) == ()


def test_a_good_guess_is_checked_against_the_package_and_contents_are_not_read() -> None:
    asked: list[str] = []

    def files(candidate: Candidate) -> list[str]:
        asked.append(candidate.name)
        return ["./usr/lib/other/libssl.so.3"] if candidate.name == "libssl3" else [f"{FOLDER}/libssl.so.3"]

    def never() -> sonames.Libraries:
        raise AssertionError("the Contents index was read")

    found = sonames.find(
        "libssl.so.3", pool("libssl3", "libssl3t64"), folders=(FOLDER,), files=files, libraries=never
    )
    assert found == "libssl3t64"
    assert asked == ["libssl3", "libssl3t64"]


def test_what_is_not_guessed_is_looked_up_and_must_exist() -> None:
    def find(soname: str, *there: str) -> str | None:
        return sonames.find(soname, pool(*there), folders=(FOLDER,), files=lambda _: [], libraries=libraries)

    assert find("libz.so.1", "zlib1g") == "zlib1g"
    assert find("libz.so.1", "other") is None
    assert find("libblas.so.3", "libblas3", "plain") == "libblas3"
    assert find("libnone.so.1", "zlib1g") is None


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(IntegrityError, match="a line of more than"):
        sonames.scan([b"x" * (1 << 19)] * 4, FOLDER)
