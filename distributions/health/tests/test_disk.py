from pathlib import Path

import pytest

from bareboat_health import Unavailable, disk


def test_what_is_free_is_told(tmp_path: Path) -> None:
    assert disk(tmp_path, min_bytes=1).call().endswith(" free")


def test_too_little_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r" free, 1000000\.0 TB wanted"):
        disk(tmp_path, min_bytes=10**18).call()
    with pytest.raises(Unavailable, match=r" free, 100\.0% wanted"):
        disk(str(tmp_path), min_ratio=1).call()


def test_a_path_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        disk(tmp_path / "gone", min_bytes=1).call()


def test_a_wish_is_wanted() -> None:
    with pytest.raises(ValueError, match="scratch: say how much must be there"):
        disk("/", name="scratch")
