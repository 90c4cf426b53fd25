"""Which forms can be set side by side, and the copy that they are made of."""

from pathlib import Path

import pytest

import smallbase
from bareboat.compare.result import NATIVE
from bareboat.errors import InputError
from bareboat.forms import registry
from bareboat.jobs.candidates import NAMES, candidates, check, copied
from bareboat.jobs.context import Context


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return smallbase.world().context(store=tmp_path / "store")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "requirements.txt").write_text("flask==3.1.0\ngunicorn==23.0.0\n")
    (folder / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    return folder


def test_baselines_come_first_and_the_native_image_last() -> None:
    assert NAMES[:2] == ("single-full", "single-slim")
    assert NAMES[-1] == NATIVE
    assert set(NAMES) == {*registry.NAMES, NATIVE}


def test_an_unknown_form_is_named_with_those_there_are() -> None:
    check(NAMES)
    with pytest.raises(InputError, match="did you mean 'uv-sync'") as caught:
        check(("native", "uv-sink"))
    assert "pip-venv" in caught.value.hint
    assert "native" in caught.value.hint


def test_every_form_fits_or_says_why_not(project: Path, context: Context) -> None:
    found = candidates(project, {}, context, base="slim")
    assert {*found.made, *found.unfitting} == {*NAMES} - {NATIVE}
    assert found.unfitting["poetry-export"].startswith("there is no poetry.lock")
    assert found.images[0].startswith("python:")
    assert len(set(found.images)) == len(found.images)


def test_one_that_was_asked_for_must_fit(project: Path, context: Context) -> None:
    with pytest.raises(InputError, match=r"form poetry-export: there is no poetry\.lock") as caught:
        candidates(project, {}, context, base="slim", forms=("poetry-export",))
    assert "pip-venv" in caught.value.hint
    assert set(candidates(project, {}, context, base="slim", forms=("pip-venv",)).made) == {"pip-venv"}


def test_the_native_image_alone_needs_no_dockerfile(project: Path, context: Context) -> None:
    found = candidates(project, {}, context, base="slim", forms=(NATIVE,))
    assert found.made == {}
    assert found.blueprint.name


def test_a_copy_of_what_is_pinned_is_just_that(project: Path, context: Context, tmp_path: Path) -> None:
    found = copied(project, {}, context, base="slim", target=tmp_path / "copy")
    assert (found.folder, found.depth, found.notes) == (tmp_path / "copy", 0, ())
    assert sorted(path.name for path in found.folder.iterdir()) == ["app.py", "requirements.txt"]


def test_what_nothing_pins_gets_a_lock_in_the_copy(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "plain"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = []\n'
        '[tool.bareboat]\ncommand = ["python", "-m", "http.server", "8000"]\nport = 8000\n'
    )
    found = copied(folder, {}, context, base="slim", target=tmp_path / "copy")
    has_lock = (found.folder / "uv.lock").is_file()
    assert has_lock == bool(found.notes)
    assert not (folder / "uv.lock").exists()
