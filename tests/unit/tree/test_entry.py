import pytest

from bareboat.errors import InputError
from bareboat.tree.content import Bytes
from bareboat.tree.entry import Entry, Kind, check_path, directory, file, hardlink, raw, symlink


@pytest.mark.parametrize("path", ["a", "a/b", ".a", "a..b", "...", "ü/é", "a b", "\udcff", "x" * 255, "-"])
def test_a_path_that_stays_inside(path: str) -> None:
    check_path(path)


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "a/./b", "a/../b", "../a", "a/..", "a\0b"),
        *("x" * 256, "ü" * 128, "a/" + "b" * 256 + "/c", "/".join(["abcdefg"] * 600)),
        "\ud800",
    ],
)
def test_a_path_that_is_refused(path: str) -> None:
    with pytest.raises(InputError):
        check_path(path)


def test_raw_gives_back_what_is_no_utf8() -> None:
    assert raw("a\udcffü") == b"a\xff\xc3\xbc"


def test_what_the_makers_make() -> None:
    assert file("a", b"hi", mode=0o755) == Entry("a", Kind.FILE, 0o755, Bytes(b"hi"))
    assert file("a", Bytes(b"hi")).size == 2
    assert directory("d", uid=65532, gid=65532).uid == 65532
    assert symlink("l", "/etc/x") == Entry("l", Kind.SYMLINK, 0o777, link="/etc/x")
    assert hardlink("h", "a").link == "a"
    assert directory("d").size == 0


@pytest.mark.parametrize("mode", [0o4755, 0o2755, 0o100644, -1])
def test_modes_that_no_layer_carries(mode: int) -> None:
    with pytest.raises(InputError, match="bits that no layer may carry"):
        file("a", b"", mode=mode)


def test_the_sticky_bit_is_carried() -> None:
    assert directory("tmp", mode=0o1777).mode == 0o1777


@pytest.mark.parametrize("owner", [-1, (1 << 32) - 1])
def test_owners_that_linux_does_not_have(owner: int) -> None:
    with pytest.raises(InputError, match="out of range"):
        directory("a", uid=owner)
    with pytest.raises(InputError, match="out of range"):
        directory("a", gid=owner)


@pytest.mark.parametrize(
    ("kind", "content", "link"),
    [
        (Kind.FILE, None, ""),
        (Kind.DIRECTORY, Bytes(b""), ""),
        (Kind.SYMLINK, None, ""),
        (Kind.SYMLINK, None, "a\0b"),
        (Kind.FILE, Bytes(b""), "x"),
        (Kind.DIRECTORY, None, "x"),
        (Kind.HARDLINK, None, ""),
        (Kind.HARDLINK, None, "../x"),
    ],
)
def test_fields_that_do_not_belong_together(kind: Kind, content: Bytes | None, link: str) -> None:
    with pytest.raises(InputError):
        Entry("a", kind, 0o644, content, link)
