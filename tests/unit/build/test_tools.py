"""What a step works with: the store and the network of one build, closed with it."""

from pathlib import Path

import pytest

import smallbase
from bareboat.build.prepare import tools_for
from bareboat.errors import NetworkError


def test_tools_work_on_the_store_that_was_asked_for(tmp_path: Path) -> None:
    with tools_for(smallbase.world().wanted(tmp_path, store=tmp_path / "store", workers=3)) as tools:
        blob = tools.store.put([b"x"])
        assert blob.path.is_relative_to(tmp_path / "store")
        assert tools.workers == 3


def test_offline_reaches_the_client(tmp_path: Path) -> None:
    wanted = smallbase.world().wanted(tmp_path, store=tmp_path / "store", offline=True)
    with tools_for(wanted) as tools, pytest.raises(NetworkError):
        tools.client.read("http://127.0.0.1:9/x", limit=10)


def test_scratch_goes_with_the_tools(tmp_path: Path) -> None:
    with tools_for(smallbase.world().wanted(tmp_path, store=tmp_path / "store")) as tools:
        left = tools.store.temporary()
        left.write_bytes(b"unfinished")
    assert not left.exists()
