"""Git repositories made on disk, for tests of what is taken from one."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import folders
from bareboat.index.config import uv_environment
from bareboat.index.uv import program

__all__ = ["commit", "git", "lock", "repository"]

_NAMED = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
_DATES = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints, without the last line break."""
    command = ["git", "-C", str(folder), *_NAMED, *arguments]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | _DATES
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout.rstrip(
        "\n"
    )


def commit(folder: Path, message: str = "more", tag: str = "") -> str:
    """Commit all that is in the folder and return the commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    if tag:
        git(folder, "tag", tag)
    return git(folder, "rev-parse", "HEAD")


def repository(folder: Path, texts: Mapping[str, str], tag: str = "") -> Path:
    """Write the texts below the folder, make it a repository of one commit, and return it."""
    folders.make(folder, texts)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "one", tag)
    return folder


def lock(folder: Path) -> None:
    """Have uv lock the project in the folder."""
    environ = uv_environment(dict(os.environ), folder=folder) | {"UV_NO_PROGRESS": "1"}
    command = [program(), "lock", "--quiet", "--python", sys.executable]
    subprocess.run(command, check=True, cwd=folder, env=environ, capture_output=True)
