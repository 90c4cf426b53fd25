"""Markers with any number of extras."""

import pytest

from bareboat.errors import InputError
from bareboat.project.markers import holds
from lockfixtures import AMD64

ENVIRONMENT = AMD64.marker_environment()


@pytest.mark.parametrize(
    ("text", "extras", "expected"),
    [
        ("", (), True),
        ("sys_platform == 'linux'", (), True),
        ("python_version < '3.11' or sys_platform == 'win32'", (), False),
        ('extra == "http"', (), False),
        ('extra == "http"', ("http", "other"), True),
        ('extra == "Http_Two" and os_name == "posix"', ("http-two",), True),
        ('"http" == extra', ("http",), True),
        ("extra != 'http'", ("http",), False),
        ("extra == 'a' or extra == 'b'", ("b",), True),
        ("platform_machine == 'x86_64'", (), True),
    ],
)
def test_markers(text: str, extras: tuple[str, ...], *, expected: bool) -> None:
    assert holds(text, ENVIRONMENT, extras=extras) is expected


@pytest.mark.parametrize("text", ["what?", "nothing == 'x'", "python_version ~= 'x'", "(" * 5000])
def test_what_is_no_marker_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^poetry\.lock: bad marker"):
        holds(text, ENVIRONMENT, where="poetry.lock")
