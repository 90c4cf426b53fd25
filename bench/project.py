"""The measured project: a copy of examples/fastapi with its lock, and the changes made to it."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CHANGED", "Versions", "change_source", "copy", "prepare"]

CHANGED = "mako"  # a small dependency of Alembic's, pure Python
OLDER = "1.3.9"
HEALTH = "/health"
PORT = 8000


@dataclass(frozen=True, slots=True)
class Versions:
    """The changed dependency before and after."""

    before: str
    after: str


def prepare(example: Path, folder: Path, uv: str) -> Versions:
    """Make `before/` and `after/` in `folder`: the example with an older and the newest dependency.

    `before-docker/` and `after-docker/` have what a Dockerfile needs beside them.
    """
    for name, wanted in (("before", f"{CHANGED}=={OLDER}"), ("after", CHANGED)):
        target = copy(example, folder / name)
        if name == "after":
            shutil.copy(folder / "before" / "uv.lock", target / "uv.lock")
        lock(target, uv, "--upgrade-package", wanted)
        docker = copy(target, folder / f"{name}-docker")
        export = [uv, "export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--no-header"]
        done = subprocess.run(export, cwd=docker, check=True, capture_output=True)
        (docker / "requirements.txt").write_bytes(done.stdout)
        (docker / ".dockerignore").write_text("tests\n.venv\n**/__pycache__\n")
    return Versions(version(folder / "before"), version(folder / "after"))


def lock(folder: Path, uv: str, *arguments: str) -> None:
    subprocess.run([uv, "lock", "--quiet", "--python", sys.executable, *arguments], cwd=folder, check=True)


def version(folder: Path) -> str:
    text = (folder / "uv.lock").read_text()
    match = re.search(rf'name = "{CHANGED}"\nversion = "([^"]+)"', text)
    if match is None:
        raise SystemExit(f"bench: no {CHANGED} in {folder}/uv.lock")
    return match[1]


def copy(source: Path, target: Path) -> Path:
    """Copy a project; what was at the target goes."""
    shutil.rmtree(target, ignore_errors=True)
    left_out = shutil.ignore_patterns(".venv", "__pycache__", ".pytest_cache")
    shutil.copytree(source, target, ignore=left_out)
    return target


def change_source(folder: Path, mark: str) -> None:
    """Change a line of the application, as an edit does."""
    file = folder / "app" / "main.py"
    file.write_text(file.read_text() + f"\n# edited: {mark}\n")
