"""`bareboat cache`: sizes as people write them, words and JSON."""

import json
from pathlib import Path

import pytest

from bareboat.cli.cache_command import parse_size
from bareboat.cli.main import main
from bareboat.errors import InputError
from bareboat.store.cas import Store

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("5GB", 5_000_000_000),
        ("500 MB", 500_000_000),
        ("1.5g", 1_500_000_000),
        ("2GiB", 2 << 30),
        ("10k", 10_000),
        ("7b", 7),
        (" 1 TB ", 10**12),
    ],
)
def test_sizes(text: str, amount: int) -> None:
    assert parse_size(text) == amount


@pytest.mark.parametrize("text", ["", "much", "-5GB", "5XB", "1e9", "GB", "5 G B", "²"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="a size like 5GB"):
        parse_size(text)


@pytest.fixture
def cache(tmp_path: Path) -> str:
    with Store(tmp_path / "store") as store:
        store.put([b"x" * 5000])
    return str(tmp_path / "store")


def test_info(capsys: Capture, cache: str) -> None:
    assert main(["cache", "info", "--cache-dir", cache]) == 0
    rows = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    assert rows["root"].strip() == cache
    assert rows["blob bytes"].strip() == "5.0 kB"
    assert main(["cache", "info", "--json", "--cache-dir", cache]) == 0
    assert json.loads(capsys.readouterr().out)["blob_bytes"] == 5000


def test_prune_keeps_ten_gigabytes_unless_told(capsys: Capture, cache: str) -> None:
    assert main(["cache", "prune", "--cache-dir", cache]) == 0
    assert "0 files removed" in capsys.readouterr().out
    assert main(["cache", "prune", "--keep", "0", "--json", "--cache-dir", cache]) == 0
    assert json.loads(capsys.readouterr().out)["removed_bytes"] >= 5000
    assert main(["cache", "prune", "--keep", "lots", "--cache-dir", cache]) == 2


def test_verify_exits_with_one_for_what_is_damaged(capsys: Capture, cache: str) -> None:
    assert main(["cache", "verify", "--cache-dir", cache]) == 0
    assert "1 blob, 0 damaged" in capsys.readouterr().out
    blob = next(path for path in (Path(cache) / "blobs").rglob("*") if path.is_file())
    blob.chmod(0o644)
    blob.write_bytes(b"damaged")
    assert main(["cache", "verify", "--cache-dir", cache]) == 1
    assert f"damaged and dropped: {blob.name}" in capsys.readouterr().out
    assert main(["cache", "verify", "--json", "--cache-dir", cache]) == 0
    assert json.loads(capsys.readouterr().out)["damaged"] == []


def test_a_cache_that_cannot_be_made_is_one_line(capsys: Capture) -> None:
    assert main(["cache", "prune", "--cache-dir", "/proc/none"]) == 7
    assert capsys.readouterr().err.startswith("error: /proc/none")
