from bareboat.debian import status
from bareboat.debian.package import Unpacked
from bareboat.lock import DebianPackage
from bareboat.tree.entry import Entry, file, symlink
from bareboat.tree.tree import Tree

CONTROL = "Package: zlib1g\nStatus: planned\nVersion: 1:1.3\nDescription: z\n more\n\n"
SUMS = "aaaa  usr/share/man/z\nbbbb  usr/share/doc/z/copyright\ncccc  lib/libz.so.1.3\nnonsense\n"


def text(found: Entry | None) -> str:
    assert found is not None
    assert found.content is not None
    return b"".join(found.content.chunks()).decode()


def test_a_package_is_recorded_with_what_is_left_of_it() -> None:
    held = DebianPackage("zlib1g", "1:1.3", "amd64", "0" * 64, "pool/z", 1)
    kept = Tree.of(
        [
            file("usr/lib/libz.so.1.3", b"z"),
            symlink("usr/lib/libz.so.1", "libz.so.1.3"),
            file("usr/share/doc/z/copyright", b"c"),
        ]
    )
    tree = status.tree(Unpacked(held, kept, CONTROL, SUMS), kept)
    assert [entry.path for entry in tree] == [
        "var/lib/dpkg/status.d/zlib1g",
        "var/lib/dpkg/status.d/zlib1g.md5sums",
    ]
    assert text(tree.find("var/lib/dpkg/status.d/zlib1g")) == (
        "Package: zlib1g\nStatus: install ok installed\nVersion: 1:1.3\nDescription: z\n more\n"
    )
    assert text(tree.find("var/lib/dpkg/status.d/zlib1g.md5sums")) == (
        "cccc  usr/lib/libz.so.1.3\nbbbb  usr/share/doc/z/copyright\n"
    )
