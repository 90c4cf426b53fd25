"""Addresses of servers."""

import pytest

from bareboat.project.address import parse
from bareboat.project.listening import ANY


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0.0.0.0:8000", (ANY, 8000, True)),
        (":8000", ("", 8000, True)),
        ("8000", ("", 8000, True)),
        ("[::]:8000", ("::", 8000, True)),
        ("tcp://10.0.0.1:80", ("10.0.0.1", 80, True)),
        ("127.0.0.1:8000", ("127.0.0.1", 8000, False)),
        ("[::1]:8000", ("::1", 8000, False)),
        ("localhost:5000", ("localhost", 5000, False)),
        ("unix:/run/x.sock", ("", 0, False)),
        ("/run/app:1.sock", ("", 0, False)),
        ("x.sock", ("", 0, False)),
        ("fd://3", ("", 0, False)),
        ("0.0.0.0:99999", ("", 0, False)),
        ("0.0.0.0:$PORT", ("", 0, False)),
    ],
)
def test_an_address_is_read(text: str, read: tuple[str, int, bool]) -> None:
    found = parse(text)
    assert found.text == text
    assert (found.host, found.port, found.is_reached) == read
