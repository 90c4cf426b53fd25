"""The gallery's texts and pages are what the generator and the figures beside them give today."""

import importlib
import json
import subprocess
import sys

import pytest
from msgspec.structs import replace

import sources
from bareboat.compare.result import read

GALLERY = sources.ROOT / "docs" / "gallery"
AGAIN = "run `make gallery ARGS=--texts` and commit the result"

pytestmark = [pytest.mark.network, pytest.mark.core]


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    command = [sys.executable, str(sources.ROOT / "tools" / "gallery.py"), "--print"]
    done = subprocess.run(command, check=True, capture_output=True, timeout=250)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_every_text_is_what_the_generator_writes(made: dict[str, str]) -> None:
    there = {
        path.relative_to(GALLERY).as_posix(): path.read_text()
        for path in GALLERY.rglob("*")
        if path.is_file() and path.name != "compare.json"
    }
    assert sorted(there) == sorted(made), AGAIN
    assert [name for name, text in made.items() if there[name] != text] == [], AGAIN


def test_every_form_that_was_measured_is_shown(made: dict[str, str]) -> None:
    for figures in GALLERY.rglob("compare.json"):
        comparison = read(figures.read_bytes(), where=str(figures))
        assert any("stand-in" in note for note in comparison.notes)
        assert all(base.size for base in comparison.bases)
        for row in comparison.rows:
            if row.form != "native":
                assert f"{figures.parent.name}/{row.form}.Dockerfile" in made


def test_a_form_measured_later_takes_its_row_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(sources.ROOT / "tools"))
    gallery = importlib.import_module("gallery")
    there = read((GALLERY / "flask" / "compare.json").read_bytes(), where="flask")
    rows = tuple(replace(row, cold=1.5) for row in there.rows if row.form == "native")
    other = replace(there.dependency, name="other", before="2", after="1")
    found = gallery.beside(there, replace(there, rows=rows, dependency=other))
    assert [row.form for row in found.rows] == [row.form for row in there.rows]
    assert [row.cold for row in found.rows if row.form == "native"] == [1.5]
    assert [row for row in found.rows if row.form != "native"] == [
        row for row in there.rows if row.form != "native"
    ]
    assert found.notes[-1] == f"{gallery.LATER}: native (the dependency there: other 2 to 1)."
