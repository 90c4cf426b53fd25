from collections.abc import Callable

import pytest

from bareboat.dockerfile import values
from bareboat.errors import InputError

GOOD: list[tuple[Callable[[str], None], list[str]]] = [
    (values.check_duration, ["", "0", "-0", "1s", "1m30s", "1.5h", ".5s", "1.s", "+2ms", "1µs1s", "1h"]),
    (
        values.check_port,
        ["80", "80/udp", "80/TCP", "1-9/sctp", "80:81", "1.2.3.4:80:81", "[::1]:1:2", "::80"],
    ),
    (values.check_port, ["1-3:5", "1-3:5-7", ":80", "+1", "0", "5-5", "80/"]),
    (
        values.check_platform,
        ["linux", "LINUX", "amd64", "linux/arm64", "linux/arm/v7", "any/thing", "x86_64"],
    ),
    (values.check_platform, ["windows(10.0.17763)/amd64", "linux(+a+b)/arm64", "macos"]),
    (values.check_mode, ["0", "755", "07777", "u+x", "u=rwX,go=rX", "a=", "+", "g=u", "u+x-w"]),
    (values.check_signal, ["9", "-5", "TERM", "sigterm", "RTMIN", "SIGRTMIN+15", "RTMAX-14", "999"]),
    (values.check_size, ["1", "1k", "1.5g", "1 gb", "2GiB", ".5t", "1b", "+1m", "1."]),
    (
        values.check_image,
        ["a", "a/b:c", "a:B.c-1", "h.io/a", "h.io:5/a", "localhost/a", "Upper/a", "[::1]:5/a"],
    ),
    (values.check_image, ["a@sha256:" + "0" * 64, "a:b@sha256:" + "0" * 64, "a__b/c--d", "a.b"]),
    (values.check_digest, ["sha256:" + "a" * 64, "sha512:" + "0" * 128]),
]
BAD: list[tuple[Callable[[str], None], list[str]]] = [
    (
        values.check_duration,
        ["1", "s", ".s", "1x", "1s2", "-1s", "1us", "9999999h", "+", "1" * 31 + "s", "1 s"],
    ),
    (
        values.check_port,
        ["", "a", "80:", "65536", "5-4", "-1", "80-", "80/foo", "1:2:3:4", "x:80:80", "1-3:5-6"],
    ),
    (values.check_port, ["fe80::1%eth0:80:80", "8_0"]),
    (values.check_platform, ["", "foo", "linux/", "linux/a/b/c", "linux/a b", "lin*x", "linux(", "/amd64"]),
    (values.check_mode, ["", "8", "17777", "u+q", "a", "u", "a=,", "0o7", "99999999999999"]),
    (values.check_signal, ["0", "+0", "FOO", "", "SIGRTMIN+16", "RTMAX-15"]),
    (values.check_size, ["", "x", "1x", "-1", "1mbb", "1.2.3", "1kb "]),
    (values.check_image, ["", "A", "a:", "a:b:c", "a@b", "a//b", "-a", "a b", "0" * 64, "h.io/A", "a:é"]),
    (values.check_digest, ["", "sha256", "sha256:0", "md5:" + "0" * 32, "sha256:" + "A" * 64]),
]


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in GOOD for text in texts])
def test_good(check: Callable[[str], None], text: str) -> None:
    check(text)


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in BAD for text in texts])
def test_bad(check: Callable[[str], None], text: str) -> None:
    with pytest.raises(InputError) as caught:
        check(text)
    assert caught.value.hint


def test_numbers() -> None:
    assert values.number("10") == 10
    assert values.number("10", base=8) == 8
    assert [values.number(text) for text in ("", "+1", "-1", "1_0", "x", "4294967296", "9" * 41)] == [
        None
    ] * 7
    assert values.number("8", base=8) is None
    assert values.index("-1") == -1
    assert [values.index(text) for text in ("", "1.0", "9" * 41, "9" * 20)] == [None] * 4


@pytest.mark.parametrize(
    "text", ["https://x/y.git", "http://x/y.git#b:c", "git://x/y", "ssh://x", "git@x.y:z"]
)
def test_git(text: str) -> None:
    assert values.is_git(text)
    assert not values.is_url(text)


def test_a_url_is_no_repository() -> None:
    assert values.is_url("https://x/y.git.tar")
    assert not values.is_git("a@b")
    assert not values.is_url("x/y")
