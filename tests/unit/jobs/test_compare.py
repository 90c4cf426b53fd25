"""What is refused before anything is built; how settings become flags. The rest is in tests/integration."""

from pathlib import Path

import pytest

import smallbase
from bareboat.errors import InputError
from bareboat.jobs import compare as job
from bareboat.jobs.compare import Wanted, compare
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
