"""Small project folders made by code, and the few values that reading them takes."""

import os
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from bareboat.project import application, command, files, modules, read, routes
from bareboat.project.application import Application
from bareboat.project.project import Project
from bareboat.project.shapes import Shapes
from bareboat.target import Arch, Target

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))
DIGEST = "ab" * 32

# A run inside a git hook must not leak that repository into the tests' own.
ENVIRON = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}


def make(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write the texts, dedented, below the folder and return it."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


def project(folder: Path, texts: Mapping[str, str]) -> Project:
    return read.read(make(folder, texts), environ=ENVIRON)


def applied(folder: Path, texts: Mapping[str, str], *, name: str = "") -> Application:
    return application.read(files.read(make(folder, texts), environ=ENVIRON), name=name)


def chosen(folder: Path, texts: Mapping[str, str], *, name: str = "") -> str:
    return command.choose(applied(folder, texts, name=name))[0].target


def choose(names: Sequence[str]) -> str | None:
    platforms = TARGET.platforms()
    tags = [
        *cpython_tags((3, 13), platforms=platforms),
        *compatible_tags((3, 13), "cp313", platforms=platforms),
    ]
    order = {tag: place for place, tag in enumerate(tags)}
    best: tuple[int, str] | None = None
    for name in names:
        places = [order[tag] for tag in parse_wheel_filename(name)[3] if tag in order]
        if places and (best is None or min(places) < best[0]):
            best = (min(places), name)
    return best[1] if best else None


def healths(folder: Path, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the health paths of the code, each with the application that it belongs to."""
    found = modules.read(files.read(make(folder, texts), environ=ENVIRON))
    return [(held.path, held.owner) for held in routes.healths(found, Shapes(found))]


def health_paths(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Return the health paths of the code."""
    return [path for path, _ in healths(folder, texts)]
