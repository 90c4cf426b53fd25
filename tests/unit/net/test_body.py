import hashlib

import pytest

from bareboat.errors import IntegrityError, NetworkError
from bareboat.net.body import Body

URL = "https://u:p@host.test/a?k=v"


def test_nothing_is_resumed_before_something_arrived() -> None:
    assert Body(URL, sha256="0" * 64, limit=9, patience=1).resume_headers() == {}


def test_a_named_body_is_resumed_by_range() -> None:
    body = Body(URL, sha256="0" * 64, limit=9, patience=1)
    assert list(body.take(b"abc")) == [b"abc"]
    assert body.resume_headers() == {"Range": "bytes=3-"}
    body.restart()
    assert body.resume_headers() == {}


def test_size_and_hash_are_compared_at_the_end() -> None:
    body = Body(URL, sha256=hashlib.sha256(b"abc").hexdigest().upper(), size=3, limit=9, patience=1)
    list(body.take(b"abc"))
    body.finish()
    short = Body(URL, size=4, limit=9, patience=1)
    list(short.take(b"abc"))
    with pytest.raises(IntegrityError, match="is 3 bytes, 4 expected"):
        short.finish()
    other = Body(URL, sha256="0" * 64, limit=9, patience=1)
    with pytest.raises(IntegrityError, match=r"https://host.test/a\?k=\*\*\*: has sha256"):
        other.finish()


def test_announced_sizes_are_judged() -> None:
    body = Body(URL, size=3, limit=9, patience=1)
    body.announce(3)
    with pytest.raises(IntegrityError):
        body.announce(4)
    with pytest.raises(NetworkError, match="at most 9"):
        Body(URL, limit=9, patience=1).announce(10)


def test_no_server_may_cut_for_ever() -> None:
    assert not Body(URL, limit=9, patience=1).is_hopeless()
