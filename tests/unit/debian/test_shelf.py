"""Stanzas in blocks: found by name, the same bytes each time, refused when damaged."""

import pytest

from bareboat.debian.shelf import Shelf, write
from bareboat.errors import IntegrityError


def kept(*names: bytes, provided: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    return b"".join(write({name: b"Package: %b\n" % name for name in names}, provided))


@pytest.mark.parametrize("count", [0, 1, 127, 128, 129, 1000])
def test_every_stanza_is_found_by_its_name(count: int) -> None:
    names = [b"p%d" % number for number in range(count)]
    shelf = Shelf(kept(*reversed(names)))
    assert list(shelf) == sorted(names)
    assert (len(shelf), dict(shelf)) == (count, {name: b"Package: %b" % name for name in names})
    assert [shelf.get(name) for name in (b"", b"a", b"p", b"p1 ", b"z", b"\xff")] == [None] * 6


def test_what_packages_provide_needs_no_stanza() -> None:
    shelf = Shelf(
        kept(b"b", b"a b", b"\xff\x00", provided=((b"b", b"x"), (b"a b", b"y, z"), (b"\xff\x00", b"")))
    )
    assert list(shelf.provided()) == [(b"a b", b"y, z"), (b"b", b"x"), (b"\xff\x00", b"")]
    assert list(Shelf(kept(b"a")).provided()) == []


def test_the_order_of_the_stanzas_changes_no_byte() -> None:
    one = kept(b"a", b"b", provided=((b"a", b"x"), (b"b", b"y")))
    assert kept(b"b", b"a", provided=((b"b", b"y"), (b"a", b"x"))) == one


def test_a_damaged_block_is_told() -> None:
    data = bytearray(kept(b"a"))
    data[-1] ^= 1
    with pytest.raises(IntegrityError):
        Shelf(bytes(data))[b"a"]
