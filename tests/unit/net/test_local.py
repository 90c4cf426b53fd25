from pathlib import Path

import pytest

from bareboat.errors import NetworkError
from bareboat.net import local


def test_a_file_is_read_by_its_url(tmp_path: Path) -> None:
    file = tmp_path / "ä b"
    file.write_bytes(b"x" * (3 << 19))
    assert local.is_local(file.as_uri())
    assert local.size(file.as_uri()) == 3 << 19
    assert [len(chunk) for chunk in local.chunks(file.as_uri())] == [1 << 20, 1 << 19]
    assert local.size(f"file://localhost{file.as_uri().removeprefix('file://')}") == 3 << 19


def test_other_urls_are_not_local() -> None:
    assert not local.is_local("https://a/b")


def test_a_missing_file_is_like_a_missing_page(tmp_path: Path) -> None:
    url = (tmp_path / "none").as_uri()
    for ask in (local.size, lambda url: list(local.chunks(url))):
        with pytest.raises(NetworkError, match="no such file or directory") as raised:
            ask(url)
        assert raised.value.status == 404


def test_another_host_is_refused() -> None:
    with pytest.raises(NetworkError, match="another host"):
        local.size("file://server/share")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="is a directory"):
        list(local.chunks(tmp_path.as_uri()))
