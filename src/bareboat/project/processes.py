"""The processes of a project as its Procfile, its Dockerfile and its compose file state them, in this order.

Nothing is run; a shell script of the project that a command calls is read like a line of the file.
"""

import contextlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from bareboat.errors import BareboatError
from bareboat.project import composefile
from bareboat.project.commandline import Surroundings, read
from bareboat.project.fact import Fact
from bareboat.project.files import Files
from bareboat.project.process import WEB, Process
from bareboat.project.texts import DOCKERFILES, Texts
from bareboat.project.toml import read_text

__all__ = ["found"]

_LONGEST = 64 * 1024
_SHELL = re.compile(r"#!.*\b(?:ba|da|a|k|z)?sh\b")
_PROCFILES = ("Procfile", "Procfile.prod", "Procfile.production")


def found(
    texts: Texts, files: Files, tool: Mapping[str, Any]
) -> tuple[tuple[Process, ...], tuple[Fact[int], ...]]:
    """Return the processes, and the ports that a compose file publishes.

    `tool` is `[tool]` of pyproject.toml.
    """
    scripts = _Scripts(files, _aliases(texts, tool))
    held = [*_procfile(texts, scripts)]
    composed = composefile.read(texts)
    held += _dockerfile(texts, scripts, composed.dockerfile)
    for service in composed.services:
        around = scripts.around(service.variables)
        line = read(service.words if service.words is not None else service.text, around)
        held.append(Process(service.name, line, service.text, service.where, composed.path))
    return tuple(held), composed.ports


def _procfile(texts: Texts, scripts: "_Scripts") -> Iterator[Process]:
    name = next((one for one in _PROCFILES if texts.has(one)), "")
    for number, text in enumerate(texts.read(name).splitlines() if name else (), 1):
        kind, colon, command = text.partition(":")
        kind = kind.strip()
        if not colon or kind.startswith("#") or not kind.replace("-", "").replace("_", "").isalnum():
            continue
        line = read(command.strip(), scripts.around({}))
        is_release = kind == "release"
        yield Process(kind, line, command.strip(), f"{name}:{number}", name, is_release=is_release)


def _dockerfile(texts: Texts, scripts: "_Scripts", other: str) -> Iterator[Process]:
    if not other and not any(texts.has(name) for name in DOCKERFILES):
        return
    from bareboat.project import dockerstart  # the language of Dockerfiles, only where there is one

    stated = dockerstart.read(texts, other)
    if stated is None:
        return
    around = scripts.around(stated.variables, stated.copies, stated.folder)
    line = read(stated.given, around, more=stated.more)
    yield Process(WEB, line, stated.text, stated.where, stated.path)


class _Scripts:
    """Finds the shell scripts that a command names, and the scripts of the project's own tool."""

    def __init__(self, files: Files, aliases: Mapping[str, str]) -> None:
        self._aliases = aliases
        self._files = files
        self._names: dict[str, list[str]] = {}
        for one in files:
            self._names.setdefault(PurePosixPath(one.path).name, []).append(one.path)

    def around(
        self, variables: Mapping[str, str], copies: Mapping[str, str] | None = None, folder: str = ""
    ) -> Surroundings:
        """Return what a line may count on; `copies` are sources by their place in an image."""
        held = copies or {}
        return Surroundings(variables, lambda name: self._script(name, held, folder), self._aliases)

    def _script(self, name: str, copies: Mapping[str, str], folder: str) -> str | None:
        for path in self._places(name, copies, folder):
            held = self._files.find(path)
            if held is None or held.link:
                continue
            try:
                text = read_text(held.source)
            except BareboatError:
                return None
            first = text.partition("\n")[0]
            is_shell = _SHELL.match(first) is not None
            return text if len(text) <= _LONGEST and (is_shell or path.endswith(".sh")) else None
        return None

    def _places(self, name: str, copies: Mapping[str, str], folder: str) -> Iterator[str]:
        if name in copies:
            yield copies[name].removeprefix("./")
        base = PurePosixPath(name).name
        if base in {"python", "python3", "gunicorn", "uvicorn", "celery"}:
            return
        for known in copies.values():
            if PurePosixPath(known).name == base:
                yield known.removeprefix("./")
        if "/" in name or name.endswith(".sh"):
            plain = name.removeprefix(f"{folder}/") if folder else name
            yield plain.removeprefix("./").lstrip("/")
        if len(self._names.get(base, ())) == 1:
            yield self._names[base][0]


def _aliases(texts: Texts, tool: Mapping[str, Any]) -> dict[str, str]:
    """Return the commands that Pipenv, PDM and Rye know by a name of the project's."""
    found_: dict[str, str] = {}
    tables: list[Any] = [
        tool.get(name, {}).get("scripts", {}) for name in ("pdm", "rye") if isinstance(tool.get(name), dict)
    ]
    if texts.has("Pipfile"):
        with contextlib.suppress(tomllib.TOMLDecodeError):
            tables.append(tomllib.loads(texts.read("Pipfile")).get("scripts", {}))
    for table in tables:
        for name, value in table.items() if isinstance(table, dict) else ():
            held = value.get("cmd", value.get("shell")) if isinstance(value, dict) else value
            if isinstance(held, list) and all(isinstance(one, str) for one in held):
                held = " ".join(held)
            if isinstance(held, str):
                found_[str(name)] = held
    return found_
