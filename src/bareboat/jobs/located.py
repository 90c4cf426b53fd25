"""What of a project's dependencies is on no index: folders and archives of the build context, repositories.

A build has only what lies in its context, so a path that leads out of it is refused.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement, Requirement

from bareboat.errors import InputError
from bareboat.plan.blueprint import Located
from bareboat.project import reference
from bareboat.project.poetrylock import Locked
from bareboat.project.requirements import Requirements
from bareboat.project.toml import read_text
from bareboat.project.uvlock import Package

__all__ = ["of_poetry", "of_pylock", "of_requirements", "of_texts", "of_uv"]

_LINK = re.compile(r"(?m)^\s*(?:-e\b|--editable\b)")
_FOLDERS = ("editable", "directory", "virtual")


def of_texts(texts: Iterable[str], folder: Path, *, where: str) -> Located:
    """Return what requirements name; paths are relative to `folder`, the build context."""
    held = _Held(folder, where)
    for text in texts:
        try:
            url = Requirement(text).url
        except InvalidRequirement:
            continue
        if url is None:
            continue
        place = reference.place(url, folder, where=where)
        if place.git is not None:
            held.has_git = True
        elif place.url.startswith("file:"):
            held.add(unquote(urlsplit(place.url).path))
    return held.located()


def of_requirements(found: Requirements, folder: Path, *, where: str) -> Located:
    """Return what a requirements file and those that it includes name."""
    held = of_texts([line.text for line in found.lines], folder, where=where)
    has_links = any(_LINK.search(read_text(file)) for file in found.files)
    extras = f"[{','.join(found.own_extras)}]" if found.own_extras else ""
    return Located(
        held.folders,
        held.archives,
        has_git=held.has_git,
        has_links=has_links,
        itself=f".{extras}" if found.installs_itself else "",
    )


def of_uv(packages: Iterable[Package], root: Path, *, own: Iterable[str], where: str) -> Located:
    """Return what packages of a uv.lock in `root` come from; `own` are folders of the project itself."""
    held = _Held(root, where)
    known = set(own)
    for package in packages:
        source = package.source
        held.has_git |= "git" in source
        for kind in (*_FOLDERS, "path"):
            if kind in source and str(source[kind]) not in known:
                held.add(str(source[kind]))
    return held.located()


def of_poetry(packages: Iterable[Locked], folder: Path, *, where: str) -> Located:
    """Return what packages of a poetry.lock come from."""
    held = _Held(folder, where)
    linked = []
    for package in packages:
        kind = package.source.get("type")
        held.has_git |= kind == "git"
        if kind in {"directory", "file"}:
            path = held.add(str(package.source.get("url", "")))
            linked += [path] if package.is_linked else []
    found = held.located()
    return Located(found.folders, found.archives, has_git=found.has_git, linked=tuple(linked))


def of_pylock(packages: Sequence[Mapping[str, Any]], folder: Path, *, where: str) -> Located:
    """Return what packages of a pylock.toml come from."""
    held = _Held(folder, where)
    for package in packages:
        held.has_git |= "vcs" in package
        places = [package.get(kind, {}) for kind in ("directory", "archive", "sdist")]
        for one in (*places, *package.get("wheels", ())):
            if isinstance(one, Mapping) and one.get("path"):
                held.add(str(one["path"]))
    return held.located()


class _Held:
    """What was found so far, by path in the build context."""

    def __init__(self, folder: Path, where: str) -> None:
        self.has_git = False
        self._folder = folder.resolve()
        self._where = where
        self._paths: dict[str, bool] = {}

    def add(self, path: str) -> str:
        """Note a path, and return it as one of the context."""
        place = (self._folder / path).resolve()
        if place == self._folder:
            return "."
        if not place.is_relative_to(self._folder):
            raise InputError(
                f"{path} lies outside the build context",
                where=self._where,
                hint="move it into the project, or build the image natively",
            )
        inside = place.relative_to(self._folder).as_posix()
        self._paths[inside] = place.is_dir()
        return inside

    def located(self) -> Located:
        return Located(
            tuple(sorted(path for path, is_folder in self._paths.items() if is_folder)),
            tuple(sorted(path for path, is_folder in self._paths.items() if not is_folder)),
            has_git=self.has_git,
        )
