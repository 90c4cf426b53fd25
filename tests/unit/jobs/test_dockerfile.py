"""Files written beside the user's own, which stay."""

from pathlib import Path

import pytest

import smallbase
from bareboat.errors import InputError
from bareboat.jobs.dockerfile import Made, State, Wish, images, make, write

HASH = "--hash=sha256:" + "0" * 64
DIGEST = "sha256:" + "d" * 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wsgi.py").write_text(
        'import os\nfrom flask import Flask\napp = Flask(__name__)\nos.environ["TOKEN"]\n'
    )
    (tmp_path / "requirements.txt").write_text(f"flask==3.1 {HASH}\ngunicorn==23 {HASH}\n")
    return tmp_path


def made(folder: Path, **wish: object) -> Made:
    return make(folder, {}, smallbase.world().context(), Wish(**wish))  # type: ignore[arg-type]  # by name


def test_two_runs_give_the_same_bytes(folder: Path) -> None:
    write(made(folder, has_compose=True))
    names = {path.name for path in folder.iterdir()}
    assert names >= {"Dockerfile", ".dockerignore", "env.example", "compose.yaml"}
    again = made(folder, has_compose=True)
    assert {one.state for one in again.outputs} == {State.SAME}
    assert not [name for name in names if name.endswith("bareboat-new")]


def test_what_is_there_survives(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM mine\n")
    (folder / ".dockerignore").write_text("notes\n")
    (folder / "env.example").write_text("MINE=1\n")
    with pytest.raises(InputError, match="is there already") as caught:
        write(made(folder))
    assert "--force" in caught.value.hint
    assert (folder / ".dockerignore").read_text() == "notes\n", "nothing is written when one is refused"
    write(made(folder), force=True)
    assert (folder / "Dockerfile").read_text().startswith("# Written by")
    assert (folder / ".dockerignore").read_text().startswith("notes\n")
    assert (folder / "env.example").read_text() == "MINE=1\n"


def test_another_place_has_its_own_ignore_file(folder: Path) -> None:
    (folder / ".dockerignore").write_text("notes\n")
    outputs = made(folder, out=folder / "docker" / "prod.Dockerfile").outputs
    assert [one.path.name for one in outputs] == ["prod.Dockerfile", "prod.Dockerfile.dockerignore"]
    assert outputs[1].text.startswith("notes\n")
    inside = made(folder, out=folder).outputs
    assert [one.path.name for one in inside] == ["Dockerfile", ".dockerignore", "env.example"]


def test_images_are_pinned(folder: Path) -> None:
    asked: list[str] = []

    def resolve(image: str) -> str:
        asked.append(image)
        return DIGEST

    held = made(folder, form="uv-pip", resolve=resolve)
    assert asked == ["ghcr.io/astral-sh/uv:0.13.8", "python:3.13-slim-trixie"]
    assert held.text.count(f"FROM python:3.13-slim-trixie@{DIGEST}") == 3
    assert "ARG PYTHON_VERSION" not in held.text
    assert images(held.file) == ()
    assert images(made(folder).file) == ("python:3.13-slim-trixie",)


def test_a_form_that_does_not_fit(folder: Path) -> None:
    with pytest.raises(InputError, match="no uv") as caught:
        made(folder, form="uv-sync")
    assert "pip-venv" in caught.value.hint
    with pytest.raises(InputError, match="installs with uv, not with pip"):
        made(folder, form="uv-pip", installer="pip")
    assert made(folder, installer="uv").form.NAME == "uv-pip"


def test_a_place_that_cannot_be_written(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write(made(folder, out=folder / "file" / "Dockerfile"))
