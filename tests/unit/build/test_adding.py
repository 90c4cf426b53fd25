"""A server added by consent: resolved by the real uv under the locked versions, which stay."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import folders
import smallbase
from bareboat.build import adding
from bareboat.build.locks import Locks
from bareboat.build.prepare import tools_for
from bareboat.build.tools import Tools
from bareboat.errors import InputError, ResolveError
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.target import Arch, Target
from bareboat.testing import wheels

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))
WHEELS = (
    wheels.make("bbframe", "3.0", requires=["bbcommon"]),
    wheels.make("bbcommon", "1.0"),
    wheels.make("bbcommon", "2.0"),
    wheels.make("bbmore", "1.0"),
    wheels.make("bbserver", "1.0", requires=["bbcommon", "bbmore"]),
    wheels.make("bbserver", "2.0", requires=["bbcommon>=2"]),
)
FLASK = "from flask import Flask\napp = Flask('x')\n"
TEXTS = {"main.py": FLASK, "requirements.txt": "bbframe\nbbcommon==1.0\n"}


@contextmanager
def world(folder: Path, *, locked: bool = False) -> Iterator[tuple[Locks, Tools, smallbase.Heard]]:
    links = folder.parent / "links"
    links.mkdir(exist_ok=True)
    for wheel in WHEELS:
        wheels.write(wheel, links)
    environ = {
        "HOME": str(folder.parent),
        "PATH": "/usr/bin:/bin",
        "UV_CACHE_DIR": str(folder.parent / "uv"),
        "PIP_FIND_LINKS": str(links),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    heard = smallbase.Heard()
    wanted = smallbase.world().wanted(folder, environ=environ, store=folder.parent / "store", progress=heard)
    with ExitStack() as stack:
        tools = stack.enter_context(tools_for(wanted))
        project = read.read(folder, environ=environ)
        yield Locks(project, Settings(), environ, offline=False, locked=locked), tools, heard


def test_a_server_comes_with_what_it_needs_and_moves_nothing(tmp_path: Path) -> None:
    folder = folders.make(tmp_path / "p", TEXTS)
    with world(folder) as (locks, tools, heard):
        lock = locks.read(TARGET, tools)
        found = adding.with_server(lock, "bbserver", locks, TARGET, tools)
        names = {one.name: one.version for one in lock.packages}
        pins = adding.pins("bbserver", names, locks, TARGET, tools)
    assert [(one.name, one.version) for one in found.packages] == [
        ("bbcommon", "1.0"),
        ("bbframe", "3.0"),
        ("bbmore", "1.0"),
        ("bbserver", "1.0"),
    ]
    assert set(lock.packages) <= set(found.packages)
    assert found.origin == f"{lock.origin}, and bbserver by add-server"
    assert pins == (("bbmore", "1.0"), ("bbserver", "1.0"))
    assert "added by add-server: bbmore 1.0, bbserver 1.0" in heard.notes


def test_one_that_fits_no_locked_version_is_refused(tmp_path: Path) -> None:
    with world(folders.make(tmp_path / "p", TEXTS)) as (locks, tools, _):
        lock = locks.read(TARGET, tools)
        with pytest.raises(ResolveError):
            adding.with_server(lock, "bbserver==2.0", locks, TARGET, tools)


def test_locked_refuses_to_resolve(tmp_path: Path) -> None:
    with world(folders.make(tmp_path / "p", TEXTS)) as (locks, tools, _):
        lock = locks.read(TARGET, tools)
    with world(tmp_path / "p", locked=True) as (locks, tools, _), pytest.raises(InputError) as caught:
        adding.with_server(lock, "bbserver", locks, TARGET, tools)
    assert "--locked" in str(caught.value)


def test_a_written_lock_has_it_too(tmp_path: Path) -> None:
    folder = folders.make(tmp_path / "p", TEXTS)
    with world(folder) as (locks, tools, _):
        text = adding.appended(locks.resolve(TARGET, tools), "bbserver", locks, TARGET, tools)
    assert adding.names(text) == {"bbcommon": "1.0", "bbmore": "1.0", "bbframe": "3.0", "bbserver": "1.0"}
    (folder / "pylock.toml").write_text(text)
    with world(folder, locked=True) as (locks, tools, _):
        lock = locks.read(TARGET, tools)
    names = {one.name for one in lock.packages}
    assert names == {"bbcommon", "bbmore", "bbframe", "bbserver"}
    assert adding.needed(locks.project, Settings(add_server="bbserver"), names) == ""


@pytest.mark.parametrize(
    ("texts", "setting", "packages", "wanted"),
    [
        ({}, None, {"flask"}, ""),
        ({}, False, {"flask"}, ""),
        ({}, True, {"flask"}, "gunicorn"),
        ({}, True, {"flask", "waitress"}, ""),
        ({}, "uvicorn==1", {"flask", "waitress"}, "uvicorn==1"),
        ({}, "waitress", {"flask", "waitress"}, ""),
        ({"Procfile": "web: waitress-serve main:app\n"}, True, {"flask"}, "waitress"),
        ({"Procfile": "web: python run.py\n", "run.py": f"{FLASK}app.run()\n"}, True, {"flask"}, "gunicorn"),
        ({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}, True, {"fastapi"}, "uvicorn"),
        ({"main.py": "if __name__ == '__main__':\n    pass\n"}, True, set(), ""),
    ],
)
def test_which_server_is_needed(
    tmp_path: Path,
    texts: dict[str, str],
    setting: bool | str | None,  # noqa: FBT001 - the setting itself
    packages: set[str],
    wanted: str,
) -> None:
    project = folders.project(tmp_path, {**TEXTS, **texts})
    assert adding.needed(project, Settings(add_server=setting), packages) == wanted


def test_a_whole_command_needs_none_and_a_bad_requirement_is_refused(tmp_path: Path) -> None:
    project = folders.project(tmp_path, TEXTS)
    assert adding.needed(project, Settings(add_server=True, command=("x",)), set()) == ""
    with pytest.raises(InputError, match="is no requirement"):
        adding.needed(project, Settings(add_server="a b"), set())
