"""What a build is asked for: a value whose defaults forbid nothing."""

from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase


def test_nothing_is_forbidden_or_renewed_unless_asked_for() -> None:
    wanted = smallbase.world().wanted(Path("x"))
    assert not any((wanted.offline, wanted.locked, wanted.refresh, wanted.renew))


def test_it_does_not_change() -> None:
    wanted = smallbase.world().wanted(Path("x"))
    with pytest.raises(AttributeError):
        wanted.offline = True  # type: ignore[misc]  # that is what is tried
    assert replace(wanted, offline=True).offline
