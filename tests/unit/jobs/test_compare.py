"""What is refused before anything is built; how settings become flags. The rest is in tests/integration."""

from pathlib import Path

import pytest

import smallbase
from bareboat.compare.result import NATIVE
from bareboat.errors import InputError
from bareboat.forms import registry
from bareboat.jobs import compare as job
from bareboat.jobs.compare import NAMES, Wanted, compare
from bareboat.jobs.context import Context


def context(folder: Path, path: str = "/nowhere") -> Context:
    world = smallbase.world().context(store=folder / "store")
    return Context(environ={**world.environ, "PATH": path}, now=world.now, store=world.store, arch=world.arch)


def docker(folder: Path) -> str:
    """Return a PATH with a Docker that answers and has buildx."""
    folder.mkdir()
    program = folder / "docker"
    program.write_text(
        '#!/bin/sh\ncase "$1" in info) echo \'{"ServerVersion": "28.5", "Architecture": "x86_64"}\' ;;'
        " buildx) echo 'buildx v0.29.1' ;; context) echo default ;; *) exit 1 ;; esac\n"
    )
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_baselines_come_first_and_the_native_image_last() -> None:
    assert NAMES[:2] == ("single-full", "single-slim")
    assert NAMES[-1] == NATIVE
    assert set(NAMES) == {*registry.NAMES, NATIVE}


def test_an_unknown_form(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'uv-sync'") as caught:
        compare(Wanted(tmp_path, forms=("native", "uv-sink")), context(tmp_path))
    assert "pip-venv" in caught.value.hint


def test_no_engine(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="docker: not on the PATH; podman: not on the PATH") as caught:
        compare(Wanted(tmp_path), context(tmp_path))
    assert caught.value.hint


def test_an_unknown_engine(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such builder: 'moby'"):
        compare(Wanted(tmp_path, engine="moby"), context(tmp_path))


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        compare(Wanted(tmp_path / "gone"), context(tmp_path, docker(tmp_path / "bin")))


def test_a_form_that_does_not_fit(tmp_path: Path) -> None:
    project = tmp_path / "shop"
    project.mkdir()
    (project / "requirements.txt").write_text("flask==3.1.0\ngunicorn==23.0.0\n")
    (project / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    before = sorted(project.rglob("*"))
    with pytest.raises(InputError, match=r"form poetry-export: there is no poetry\.lock") as caught:
        compare(Wanted(project, forms=("poetry-export",)), context(tmp_path, docker(tmp_path / "bin")))
    assert "pip-venv" in caught.value.hint
    assert sorted(project.rglob("*")) == before


def test_settings_become_flags() -> None:
    given = {
        "name": "shop",
        "app": "a:b",
        "port": 80,
        "env": {"A": "1", "B": "x=y"},
        "labels": {"l": "m"},
        "extras": ("web",),
        "include": ("a", "b"),
        "allow-expired": True,
    }
    assert job._flags(given) == [
        *("--app", "a:b", "--port", "80", "--env", "A=1", "--env", "B=x=y", "--label", "l=m"),
        *("--extra", "web", "--include", "a", "--include", "b", "--allow-expired"),
    ]
