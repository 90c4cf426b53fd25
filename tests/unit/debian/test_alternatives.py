"""Links that update-alternatives would make, read from scripts."""

import pytest

from bareboat.debian.alternatives import Alternative, read, tree
from bareboat.debian.package import Unpacked
from bareboat.lock import DebianPackage
from bareboat.tree.entry import Kind, file
from bareboat.tree.tree import Tree

LIB = "usr/lib/x86_64-linux-gnu"


def unpacked(name: str, script: str, *paths: str) -> Unpacked:
    package = DebianPackage(name, "1", "amd64", "0" * 64, f"p/{name}.deb", 1)
    return Unpacked(package, Tree.of(file(path, b"") for path in paths), "", "", (("postinst", script),))


def blas(folder: str, priority: int) -> str:
    return f"""#!/bin/sh
MULTIARCH="x86_64-linux-gnu"
case "$1" in
  configure)
    update-alternatives --install /usr/lib/${{MULTIARCH}}/libblas.so.3 \\
        libblas.so.3-$MULTIARCH /{LIB}/{folder}/libblas.so.3 {priority}
esac
"""


def test_the_highest_priority_wins() -> None:
    low = unpacked("libblas3", blas("blas", 10), f"{LIB}/blas/libblas.so.3")
    high = unpacked("libopenblas0", blas("openblas", 100), f"{LIB}/openblas/libblas.so.3")
    assert read(low) == (
        Alternative("libblas.so.3-x86_64-linux-gnu", 10, f"{LIB}/libblas.so.3", f"/{LIB}/blas/libblas.so.3"),
    )
    for packages in ([low, high], [high, low]):
        links = {entry.path: entry.link for entry in tree(packages) if entry.kind is Kind.SYMLINK}
        assert links == {
            f"{LIB}/libblas.so.3": "/etc/alternatives/libblas.so.3-x86_64-linux-gnu",
            "etc/alternatives/libblas.so.3-x86_64-linux-gnu": f"/{LIB}/openblas/libblas.so.3",
        }


def test_followers_go_with_their_leader() -> None:
    script = (
        "update-alternatives --install /usr/bin/editor editor /bin/nano 40 "
        "--slave /usr/share/man/man1/editor.1.gz editor.1.gz /usr/share/man/man1/nano.1.gz"
    )
    one = unpacked("nano", script, "usr/bin/nano")
    assert [found.name for found in read(one)] == ["editor", "editor.1.gz"]
    assert [entry.path for entry in tree([one]) if entry.kind is Kind.SYMLINK] == [
        "etc/alternatives/editor",
        "usr/bin/editor",
    ]


@pytest.mark.parametrize(
    "script",
    [
        "",
        "echo update-alternatives",
        "update-alternatives --remove x /y",
        "update-alternatives --install /usr/bin/x x",
        "update-alternatives --install /usr/bin/$i $i /usr/bin/y 10",
        "update-alternatives --install /usr/bin/../../x x /usr/bin/y 10",
        "update-alternatives --install 'not closed",
    ],
)
def test_what_cannot_be_read_or_is_hostile_is_passed_over(script: str) -> None:
    assert read(unpacked("a", script)) == ()


def test_a_link_without_its_file_is_left_out() -> None:
    assert not len(tree([unpacked("libblas3", blas("blas", 10))]))
