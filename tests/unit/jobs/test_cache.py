"""The cache shown, checked and made smaller, by a build that filled it."""

import json
from pathlib import Path

import pytest

import smallbase
from bareboat.jobs import cache
from bareboat.jobs.build import Request, build
from bareboat.jobs.context import Context


@pytest.fixture
def context(tmp_path: Path) -> Context:
    context = smallbase.world().context(store=tmp_path / "store")
    build(Request(smallbase.project(tmp_path / "shop"), stay=True), context)
    return context


def test_what_it_holds_is_told(context: Context) -> None:
    found = cache.info(context)
    assert found["root"] == str(context.store)
    assert found["blobs"] > 5
    assert found["folders"] == 1, "the interpreter that compiled"
    assert found["bytes"] >= found["blob_bytes"] + found["folder_bytes"] > 0
    json.dumps(found)


def test_pruning_all_leaves_a_store_that_works(context: Context, tmp_path: Path) -> None:
    before = cache.info(context)
    done = cache.prune(context, keep_bytes=0)
    assert done["removed"] > 0
    assert done["removed_bytes"] > 0
    after = cache.info(context)
    assert (after["blobs"], after["records"], after["folders"]) == (0, 0, 0)
    assert after["bytes"] < before["bytes"]
    build(Request(tmp_path / "shop", stay=True), context)


def test_pruning_to_a_size_that_is_kept_removes_nothing(context: Context) -> None:
    before = cache.info(context)
    assert cache.prune(context, keep_bytes=10**12)["removed"] == 0
    assert cache.info(context)["blobs"] == before["blobs"]


def test_a_damaged_blob_is_found_and_dropped(context: Context) -> None:
    assert cache.verify(context)["damaged"] == []
    blob = next(path for path in (context.store / "blobs").rglob("*") if path.is_file())
    blob.chmod(0o644)
    blob.write_bytes(b"damaged")
    assert cache.verify(context)["damaged"] == [blob.name]
    assert cache.verify(context)["damaged"] == []


def test_an_empty_cache_is_no_error(tmp_path: Path) -> None:
    context = smallbase.world().context(store=tmp_path / "none")
    assert cache.info(context)["blobs"] == 0
    assert cache.verify(context) == {"blobs": 0, "records": 0, "damaged": []}
    assert cache.prune(context, keep_bytes=0)["removed"] == 0
