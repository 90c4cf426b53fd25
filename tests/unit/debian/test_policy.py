from bareboat.debian.package import Unpacked
from bareboat.debian.policy import Dropped, apply
from bareboat.lock import DebianPackage
from bareboat.tree.entry import Entry, directory, file, hardlink, symlink
from bareboat.tree.tree import Tree

LIB = "usr/lib/x86_64-linux-gnu"


def unpacked(*entries: Entry, name: str = "demo") -> Unpacked:
    held = DebianPackage(name, "1", "amd64", "0" * 64, "pool/d", 1)
    return Unpacked(held, Tree.of(entries).with_parents(), "Package: demo\n")


def paths(tree: Tree) -> list[str]:
    return [entry.path for entry in tree]


def test_what_goes_is_counted_by_rule() -> None:
    found = apply(
        unpacked(
            file("usr/share/doc/demo/changelog.gz", b"12345"),
            file("usr/share/doc/demo/README", b"123"),
            file("usr/share/doc/demo/copyright", b"c"),
            file("usr/share/man/man1/demo.1.gz", b"1"),
            file("usr/bin/demo", b"d", mode=0o755),
        )
    )
    assert found.dropped == (Dropped("documentation", 2, 8), Dropped("manuals", 1, 1))
    assert paths(found.tree) == [
        "usr",
        "usr/bin",
        "usr/bin/demo",
        "usr/share",
        "usr/share/doc",
        "usr/share/doc/demo",
        "usr/share/doc/demo/copyright",
    ]


def test_a_folder_goes_with_its_last_entry_but_an_empty_one_stays() -> None:
    found = apply(
        unpacked(
            directory("var/lib/demo", mode=0o700, uid=7),
            file("usr/share/man/man1/demo.1", b"1"),
            directory("usr/share/man/man5"),
        )
    )
    assert paths(found.tree) == ["var", "var/lib", "var/lib/demo"]


def test_the_folder_of_a_doc_link_stays_a_link() -> None:
    found = apply(unpacked(symlink("usr/share/doc/demo", "demo-base")))
    assert paths(found.tree) == ["usr", "usr/share", "usr/share/doc", "usr/share/doc/demo"]


def test_a_folder_that_a_rule_names_stays_when_something_in_it_does() -> None:
    found = apply(unpacked(directory("usr/share/misc"), file("usr/share/misc/magic", b"m")))
    assert paths(found.tree) == ["usr", "usr/share", "usr/share/misc", "usr/share/misc/magic"]
    assert paths(apply(unpacked(directory("usr/share/misc"))).tree) == []


def test_wanted_libraries_stay_with_what_their_links_lead_to() -> None:
    held = unpacked(
        symlink(f"{LIB}/libtic.so.6", "libtic.so.6.5"),
        file(f"{LIB}/libtic.so.6.5", b"tic"),
        file(f"{LIB}/libmvec.so.1", b"vec"),
    )
    assert paths(apply(held).tree) == []
    kept = apply(held, wanted={"libtic.so.6"})
    assert paths(kept.tree)[-2:] == [f"{LIB}/libtic.so.6", f"{LIB}/libtic.so.6.5"]
    assert kept.dropped == (Dropped("unused libraries", 1, 3),)


def test_a_link_to_a_dropped_file_becomes_the_file() -> None:
    found = apply(
        unpacked(
            file("usr/share/man/demo", b"held", mode=0o600),
            hardlink("usr/a", "usr/share/man/demo"),
            hardlink("usr/b", "usr/share/man/demo"),
        )
    )
    first, second = found.tree.find("usr/a"), found.tree.find("usr/b")
    assert first == file("usr/a", b"held", mode=0o600)
    assert second is not None
    assert second.link == "usr/a"


def test_a_link_to_a_kept_file_stays_a_link() -> None:
    held = unpacked(file("usr/a", b"1"), hardlink("usr/b", "usr/a"))
    assert apply(held).tree == held.tree
