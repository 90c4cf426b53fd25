"""A copied project made ready: its lock by the format's own tool, its index, its repository.

Locks in the repository name `index.invalid` where a format wants a host; here it becomes the index that
this machine is configured for.
"""

import functools
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import uv

from built import environment

__all__ = ["git", "index", "lock", "repository", "rewrite"]

INVALID = "https://index.invalid/simple"
# Releases that work together; a newer one may not.
PDM = ("--from", "pdm==2.29.*", "--with", "unearth<0.18", "--with", "hishel[httpx]<1.2", "pdm")
COMMANDS = {
    "uv-lock": ("lock", "--quiet"),
    "pylock": ("pip", "compile", "pyproject.toml", "-o", "pylock.toml", "--quiet", "--universal"),
    "requirements": (
        *("pip", "compile", "requirements.in", "-o", "requirements.txt", "--quiet"),
        *("--generate-hashes", "--universal"),
    ),
    "poetry-lock": ("tool", "run", "--from", "poetry==2.5.*", "poetry", "lock", "--no-interaction"),
    "pdm-lock": ("tool", "run", *PDM, "lock"),
    "pipenv-lock": ("tool", "run", "pipenv", "lock"),
}


@functools.cache
def index() -> str:
    """Return the index that this machine is configured for, without a slash at its end."""
    text = run("pip", "compile", "--emit-index-url", "-", folder=Path.cwd(), stdin="iniconfig")
    found = re.search(r"^--index-url (\S+)", text, re.MULTILINE)
    assert found is not None, text
    return found[1].rstrip("/")


def rewrite(folder: Path) -> None:
    """Put the machine's index in place of `index.invalid` in every text of the folder."""
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink() and INVALID.encode() in (held := file.read_bytes()):
            file.write_bytes(held.replace(INVALID.encode(), index().encode()))


def lock(how: str, folder: Path) -> None:
    """Make the lock of the project in `folder` by the format's own tool."""
    run(*COMMANDS[how], folder=folder)
    shutil.rmtree(folder / ".venv", ignore_errors=True)


def run(*arguments: str, folder: Path, stdin: str = "") -> str:
    """Return what uv prints, run in the folder."""
    quiet = {"UV_NO_PROGRESS": "1", "NO_COLOR": "1", "PDM_CHECK_UPDATE": "0", "PIPENV_VERBOSITY": "-1"}
    inside = {"POETRY_VIRTUALENVS_IN_PROJECT": "true", "PIPENV_VENV_IN_PROJECT": "1"}
    done = subprocess.run(
        [uv.find_uv_bin(), *arguments],
        cwd=folder,
        env=environment(**quiet, **inside, UV_PYTHON=platform.python_version()),
        input=stdin,
        capture_output=True,
        check=False,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def repository(folder: Path, tags: Sequence[str]) -> None:
    """Make a git repository of the folder, everything that it does not ignore committed, with the tags."""
    steps = [
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "--all"],
        ["commit", "--quiet", "-m", "All"],
    ]
    for step in (*steps, *(["tag", tag] for tag in tags)):
        git(*step, folder=folder)


def git(*arguments: str, folder: Path) -> str:
    """Return what git prints, run in the folder as nobody in particular."""
    known = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    known |= {
        f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    known |= {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        check=True,
        env=environment(**known),
        timeout=60,
        stdout=subprocess.PIPE,
    )
    return done.stdout.decode()
