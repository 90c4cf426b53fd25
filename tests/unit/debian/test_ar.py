from collections.abc import Iterator

import pytest

from bareboat.debian.ar import members
from bareboat.errors import IntegrityError


def archive(*parts: tuple[str, bytes]) -> bytes:
    found = b"!<arch>\n"
    for name, data in parts:
        found += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode()
        found += data + b"\n" * (len(data) % 2)
    return found


def read(data: bytes, *, step: int = 1 << 20) -> list[tuple[str, bytes]]:
    chunks = (data[start : start + step] for start in range(0, len(data), step))
    return [(name, b"".join(body)) for name, body in members(chunks, where="a.deb")]


@pytest.mark.parametrize("step", [1, 7, 60, 1 << 20])
def test_members_come_in_order_whatever_the_chunks(step: int) -> None:
    parts = [("debian-binary", b"2.0\n"), ("odd", b"abc"), ("empty", b""), ("even/", b"abcd")]
    assert read(archive(*parts), step=step) == [
        ("debian-binary", b"2.0\n"),
        ("odd", b"abc"),
        ("empty", b""),
        ("even", b"abcd"),
    ]


def test_what_is_left_unread_is_skipped() -> None:
    def first_bytes() -> Iterator[bytes]:
        for _, body in members([archive(("one", b"12345"), ("two", b"67"))]):
            yield next(body)[:1]

    assert list(first_bytes()) == [b"1", b"6"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an ar archive"),
        (b"PK\x03\x04 a zip archive", "not an ar archive"),
        (b"!<arch>\nshort", "bad member header"),
        (archive(("a", b"x")).replace(b"`\n", b"?\n"), "bad member header"),
        (archive(("a", b"x")).replace(b"1         `", b"-1        `"), "bad member header"),
        (archive(("", b"x")), "bad member name"),
        (archive(("\xe9", b"x")), "bad member header"),
        (archive(("a", b"xyz"))[:-3], "ends 2 bytes too early"),
        (archive(*(("a", b""),) * 65), "more than 64 members"),
    ],
)
def test_damage_is_named(data: bytes, words: str) -> None:
    with pytest.raises(IntegrityError, match=words) as caught:
        read(data)
    assert caught.value.where == "a.deb"


def test_a_name_beyond_ascii_is_refused() -> None:
    data = archive(("a", b"x")).replace(b"a ", b"\xe9 ", 1)
    with pytest.raises(IntegrityError, match="bad member name"):
        read(data)
