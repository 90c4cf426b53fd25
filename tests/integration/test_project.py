"""uv.lock read by us and by uv itself must name the same wheels, on projects made here."""

import os
import subprocess
from pathlib import Path

import pytest
import uv

from bareboat.errors import InputError
from bareboat.lock import Lock
from bareboat.project import pylock, pyproject, uvlock, uvstale
from folders import TARGET, choose, make

pytestmark = pytest.mark.network

HEAD = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'

FORKS = """\
dependencies = ["click<8.1; python_version < '3.12'", "click>=8.1; python_version >= '3.12'"]
"""
EXTRAS = """\
dependencies = ["flask"]
[project.optional-dependencies]
one = ["itsdangerous", "shop[two]"]
two = ["coverage[toml]"]
"""
GROUPS = """\
dependencies = ["flask"]
[dependency-groups]
dev = ["iniconfig"]
web = ["waitress", {include-group = "more"}]
more = ["click"]
"""
CONFLICTS = """\
dependencies = ["flask"]
[project.optional-dependencies]
old = ["click<8.1"]
new = ["click>=8.1"]
[tool.uv]
conflicts = [[{extra = "old"}, {extra = "new"}]]
"""
PLATFORMS = """\
dependencies = ["colorama; sys_platform == 'win32'", "psutil", "greenlet"]
"""

PROJECTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "plain": ('dependencies = ["fastapi", "uvicorn[standard]"]', (), ()),
    "forks": (FORKS, (), ()),
    "extras": (EXTRAS, ("one",), ()),
    "groups": (GROUPS, (), ("web",)),
    "conflicts": (CONFLICTS, ("old",), ()),
    "platforms": (PLATFORMS, (), ()),
}


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [uv.find_uv_bin(), *arguments],
        cwd=folder,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def wheels(lock: Lock) -> set[tuple[str, str, str, str]]:
    return {(held.name, held.version, held.artifact.url, held.artifact.sha256) for held in lock.packages}


@pytest.mark.parametrize("kind", list(PROJECTS))
def test_the_walk_agrees_with_uv(tmp_path: Path, kind: str) -> None:
    body, extras, groups = PROJECTS[kind]
    make(tmp_path, {"pyproject.toml": HEAD + body})
    run(tmp_path, "lock", "-q")
    text = (tmp_path / "uv.lock").read_text()
    ours = uvlock.read(
        text,
        where="uv.lock",
        target=TARGET,
        choose=choose,
        root="shop",
        folder=tmp_path,
        extras=extras,
        groups=groups,
    )
    asked = [f"--extra={name}" for name in extras] + [f"--group={name}" for name in groups]
    how = ("--frozen", "--no-emit-project", "--no-default-groups", "--format=pylock.toml")
    exported = run(tmp_path, "export", "-q", *how, *asked)
    theirs = pylock.read(exported, where="pylock.toml", target=TARGET, choose=choose, folder=tmp_path)
    assert wheels(ours) == wheels(theirs)
    assert ours.packages


@pytest.mark.parametrize("kind", list(PROJECTS))
def test_a_fresh_lock_is_never_called_stale_and_a_changed_one_always(tmp_path: Path, kind: str) -> None:
    body, _, groups = PROJECTS[kind]
    make(tmp_path, {"pyproject.toml": HEAD + body})
    run(tmp_path, "lock", "-q")
    text = (tmp_path / "uv.lock").read_text()
    said = pyproject.read((tmp_path / "pyproject.toml").read_text())

    def check(dependencies: tuple[str, ...]) -> None:
        uvstale.check(
            text,
            where="uv.lock",
            target=TARGET,
            root="shop",
            dependencies=dependencies,
            extras=dict(said.extras),
            groups={name: held for name, held in said.groups if name in groups},
        )

    declared = said.dependencies or ()
    check(declared)
    with pytest.raises(InputError, match="older than"):
        check((*declared, "idna"))
    with pytest.raises(InputError, match="older than"):
        check(declared[:-1])
