"""The paths of a folder as git lists them, or as a walk finds them where git has no say.

git runs with the repository's own hooks off: listing a project runs nothing of it.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bareboat.errors import InputError

__all__ = ["OWN", "paths", "walk"]

SKIPPED = {".git", ".hg", ".svn", "__pycache__", ".venv", "node_modules"}
OWN = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_CEILING_DIRECTORIES",
)
TIMEOUT = 120


def paths(folder: Path, *, environ: Mapping[str, str]) -> tuple[list[str], str]:
    """Return POSIX paths relative to `folder`, each once, and the name of what listed them.

    Files deleted but still tracked are left out. Raises InputError for a submodule that is not
    checked out.
    """
    found = _git(folder, environ)
    if found is None:
        return walk(folder), "the folder (not under git)"
    if not found:
        return walk(folder), "the folder (git ignores it)"
    return found, "git"


def walk(folder: Path) -> list[str]:
    """Return all files and links below `folder`; version control, caches and environments are skipped."""
    found: list[str] = []
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            held = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            raise InputError(
                f"cannot be listed: {(error.strerror or str(error)).lower()}", where=str(here)
            ) from error
        for entry in held:
            if entry.is_dir(follow_symlinks=False):
                is_environment = (Path(entry.path) / "pyvenv.cfg").is_file()
                if entry.name not in SKIPPED and not is_environment:
                    pending.append(Path(entry.path))
            else:
                found.append(Path(entry.path).relative_to(folder).as_posix())
    return sorted(found)


def _git(folder: Path, environ: Mapping[str, str]) -> list[str] | None:
    """Return what git lists, None where there is no git or no repository."""
    held = {key: value for key, value in environ.items() if key not in OWN}
    held |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    command = [
        "git",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.untrackedCache=false",
        "-c",
        "safe.directory=*",
    ]
    try:
        done = subprocess.run(
            [*command, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=folder,
            env=held,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
        )
    except FileNotFoundError:
        return None
    except subprocess.TimeoutExpired as error:
        raise InputError(f"git listed nothing for {TIMEOUT} s", where=str(folder)) from error
    if done.returncode != 0:
        words = done.stderr.decode("utf-8", "replace").strip()
        if "not a git repository" in words:
            return None
        raise InputError(
            f"git cannot list the files: {words.splitlines()[0] if words else 'no reason given'}",
            where=str(folder),
        )
    found: dict[str, None] = {}
    for raw in done.stdout.split(b"\0"):
        path = os.fsdecode(raw)
        full = folder / path
        if not path or not os.path.lexists(full):
            continue
        if full.is_dir() and not full.is_symlink():
            found.update((name, None) for name in _inner(folder, path.rstrip("/"), environ))
        else:
            found[path] = None
    return sorted(found)


def _inner(folder: Path, path: str, environ: Mapping[str, str]) -> list[str]:
    """Return the files of a submodule or of a repository inside the repository."""
    inner = folder / path
    if not (inner / ".git").exists():
        if not any(inner.iterdir()):
            raise InputError(
                "submodule is not checked out",
                where=path,
                hint="run `git submodule update --init --recursive`",
            )
        return [f"{path}/{name}" for name in walk(inner)]
    return [f"{path}/{name}" for name in _git(inner, environ) or ()]
