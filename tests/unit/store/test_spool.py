import os
import threading
from pathlib import Path

import pytest

from bareboat.errors import BuildError, IntegrityError
from bareboat.store import spool as module
from bareboat.store.cas import Store
from bareboat.store.spool import Kept, Spool
from bareboat.tree.content import Bytes


@pytest.fixture(autouse=True, params=["memory", "disk"])
def _place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "disk":
        monkeypatch.setattr(module, "IN_MEMORY", 0)


def test_memory_is_used_first_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", 4)
    spool = Spool(tmp_path / "spool")
    assert isinstance(spool.keep([b"abc"], 3), Bytes)
    assert isinstance(spool.keep([b"de"], 2), Kept)
    assert isinstance(spool.keep([b"f"], 1), Bytes)


def test_what_is_kept_is_read_as_often_as_wanted(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    first = spool.keep([b"abc", b"", b"def"], 6)
    second = spool.keep([b"xyz"], 3)
    for _ in range(2):
        assert b"".join(first.chunks()) == b"abcdef"
        assert b"".join(second.chunks()) == b"xyz"
    assert (first.size, second.size) == (6, 3)


def test_a_slice_is_a_range_of_its_own_content(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.keep([b"before"], 6)
    held = spool.keep([b"0123456789"], 10)
    assert b"".join(held.slice(2, 3).chunks()) == b"234"
    assert b"".join(held.slice(8, 100).chunks()) == b"89"
    assert b"".join(held.slice(2, 5).slice(1, 2).chunks()) == b"34"


def test_large_content_comes_in_bounded_chunks(tmp_path: Path) -> None:
    data = os.urandom(3 << 20) + b"end"
    held = Spool(tmp_path / "spool").keep([data], len(data))
    found = list(held.chunks())
    assert b"".join(found) == data
    assert max(map(len, found)) <= 1 << 20


@pytest.mark.parametrize("size", [2, 4])
def test_another_length_than_promised_is_refused(tmp_path: Path, size: int) -> None:
    spool = Spool(tmp_path / "spool")
    with pytest.raises(IntegrityError, match="it was said to be"):
        spool.keep([b"abc"], size)
    assert b"".join(spool.keep([b"good"], 4).chunks()) == b"good"


def test_threads_do_not_disturb_each_other(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    found: dict[int, bytes] = {}

    def work(number: int) -> None:
        data = bytes([number]) * 100_000
        held = [spool.keep([data[:50_000], data[50_000:]], len(data)) for _ in range(20)]
        found[number] = b"".join(b"".join(one.chunks()) for one in held)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[number] == bytes([number]) * 2_000_000 for number in range(8))


def test_nothing_has_a_name_on_disk(tmp_path: Path) -> None:
    with Store(tmp_path / "store") as store:
        held = store.spool().keep([b"abc"], 3)
        files = [path for path in (tmp_path / "store").rglob("*") if path.is_file() and path.name != "lock"]
        assert [path for path in files if path.stat().st_size] == []
        assert store.spool() is store.spool()
        assert b"".join(held.chunks()) == b"abc"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="cannot write"):
        Spool(tmp_path / "missing" / "spool")
