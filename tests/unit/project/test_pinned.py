"""Pins, and the addresses in locks."""

from pathlib import Path

import pytest

from bareboat.errors import InputError, ResolveError
from bareboat.project.pinned import File, Picker, digests, expand, place, source_url
from lockfixtures import AMD64, chooser

HASH = "sha256:" + "0" * 64
PICKER = Picker(AMD64, chooser(AMD64), "a.lock", Path("/project"))


def test_the_best_wheel_of_an_index() -> None:
    files = [
        File("", HASH),
        File("num-1.0.tar.gz", "md5:0"),
        File("num-1.0-py3-none-any.whl", HASH),
        File("num-1.0-cp313-cp313-manylinux_2_17_x86_64.whl", HASH.replace("00", "11")),
    ]
    pin = PICKER.indexed("num", "1.0", files, index="https://own.invalid")
    assert pin.sha256 == ("11" * 32,)
    assert (pin.index, pin.wheel) == ("https://own.invalid", None)
    with pytest.raises(ResolveError, match=r"num 1.0 has no wheel, only sources"):
        PICKER.indexed("num", "1.0", files[:2])


def test_a_wheel_at_an_address() -> None:
    url = "https://a.invalid/num-1.0-py3-none-any.whl#sha256=1"
    pin = PICKER.direct("num", "1.0", url, [File("num-1.0-py3-none-any.whl", HASH)])
    assert pin.wheel is not None
    assert pin.wheel.url == "https://a.invalid/num-1.0-py3-none-any.whl"
    with pytest.raises(InputError, match="no sha256"):
        PICKER.direct("num", "1.0", url, [])


def test_addresses() -> None:
    assert place("https://a:b@c/d") == "https://c/d"
    assert expand("https://${A}:$B@c/$A/${C}", {"A": "a/b", "B": "@"}) == "https://a%2Fb:%40@c/a/b/${C}"
    assert source_url([{"name": "PyPI", "url": "x"}], "PyPI", {}) == ""
    assert digests(["sha256:" + "A" * 64, "md5:0"], where="", name="") == ("a" * 64,)
    with pytest.raises(InputError, match="x has no sha256"):
        digests(["md5:0"], where="", name="x")


def test_sources_where_the_lock_tells_their_address() -> None:
    files = [File("num-1.0.tar.gz", HASH, "https://a.invalid/num-1.0.tar.gz")]
    pin = PICKER.indexed("num", "1.0", files)
    assert pin.sdist is not None
    assert pin.sdist.url == files[0].url
    pin = PICKER.indexed("num", "1.0", [File("num-1.0.exe", HASH), File("num-1.0.tar.gz", HASH)])
    assert (pin.sha256, pin.wheel, pin.sdist) == ((HASH[7:],), None, None)
    with pytest.raises(ResolveError, match="no wheel, only sources"):
        PICKER.indexed("num", "1.0", [File("num-1.0.tar.bz2", HASH)])
    pin = PICKER.direct("num", "1.0", "num-1.0.tar.gz", files)
    assert pin.sdist is not None
    assert pin.sdist.url == "file:///project/num-1.0.tar.gz"
    with pytest.raises(ResolveError, match="an archive of sources"):
        PICKER.direct("num", "1.0", "https://a.invalid/num-1.0.rar", ())


@pytest.mark.parametrize("mark", ["#sha256=", "#egg=num&sha256="])
def test_a_hash_behind_the_url_counts(mark: str) -> None:
    pin = PICKER.direct("num", "1.0", f"https://a.invalid/num-1.0.tar.gz{mark}{HASH[7:]}", ())
    assert pin.sdist is not None
    assert (pin.sdist.url, pin.sha256) == ("https://a.invalid/num-1.0.tar.gz", (HASH[7:],))


def test_a_url_without_a_hash_says_where_to_write_one() -> None:
    with pytest.raises(InputError, match=r"num-1\.0\.tar\.gz has no sha256 hash") as caught:
        PICKER.direct("num", "1.0", "https://a.invalid/num-1.0.tar.gz", ())
    assert "#sha256=" in caught.value.hint
