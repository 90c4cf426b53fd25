"""Files of the project that a command names: shell scripts, settings of servers; by any place in an image.

A Dockerfile copies files to other places and starts them there: paths are followed back to the project.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import PurePosixPath

from msgspec.structs import replace

from bareboat.errors import BareboatError
from bareboat.project import gunicornconf, uwsgiconf
from bareboat.project.commandline import Line, Surroundings
from bareboat.project.configured import Place, path_of
from bareboat.project.files import Files
from bareboat.project.process import Process
from bareboat.project.toml import read_text

__all__ = ["Scripts"]

_LONGEST = 64 * 1024
_SHELL = re.compile(r"#!.*\b(?:ba|da|a|k|z)?sh\b")


class Scripts:
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
        return Surroundings(
            variables,
            lambda name: self._script(name, held, folder),
            self._aliases,
            lambda name: self._is_there(name, held, folder) or None,
        )

    def _is_there(self, name: str, copies: Mapping[str, str], folder: str) -> bool:
        """Say whether a path of the image is one of the project's: what a run makes is not known."""
        place = name if name.startswith("/") or not folder else posixpath.join(folder, name)
        if place.startswith("/"):
            return self._below(place, copies, folder) is not None
        path = posixpath.normpath(place)
        return self._files.find(path) is not None or self._has_folder(path)

    def placed(self, line: Line, copies: Mapping[str, str], folder: str) -> Line:
        """Return a line with the project's own paths for those of the image that a Dockerfile makes."""
        words = []
        for word in line.words:
            option, sign, value = word.rpartition("=")
            place = self._below(value, copies, folder) if value.startswith("/") else None
            words.append(f"{option}{sign}{place or '.'}" if place is not None else word)
        inside = self._below(folder, copies, "") or "" if folder else ""
        at = line.folder
        if at.startswith("/"):
            at = self._below(at, copies, folder) or at
        elif inside:
            at = posixpath.normpath(posixpath.join(inside, at)).removeprefix(".")
        return replace(line, words=tuple(words), folder=at)

    def _below(self, place: str, copies: Mapping[str, str], folder: str) -> str | None:
        """Return the project's path of a place in the image, empty for its folder, None where it has none."""
        known = {f"{folder}/.": ".", **copies} if folder else copies
        for to, source in sorted(known.items(), key=lambda pair: -len(pair[0])):
            top = to.rstrip("/.")
            plain = posixpath.normpath(source)
            if to.endswith("/") and plain != "." and not self._has_folder(plain):
                continue  # a file that was put into a folder is not that folder
            if place == top or place.startswith(f"{top}/"):
                rest = place.removeprefix(top).strip("/")
                path = posixpath.normpath(posixpath.join(plain, rest))
                path = "" if path == "." else path
                if not path or self._files.find(path) or self._has_folder(path):
                    return path
        return None

    def _has_folder(self, path: str) -> bool:
        return any(one.path.startswith(f"{path}/") for one in self._files)

    def configs(self, processes: Iterable[Process]) -> dict[str, str]:
        """Return the texts of the settings that servers read: those with the usual name, and those named."""
        paths = frozenset(one.path for one in self._files)
        usual = {gunicornconf.NAME, uwsgiconf.NAME}
        wanted = {one for one in paths if PurePosixPath(one).name in usual}
        for process in processes:
            line = process.line
            place = Place(paths, folder=line.folder)
            for option, word in pairwise(line.words):
                name = word.rpartition("=")[2]
                if name.endswith(".ini"):
                    wanted.add(path_of(name, place))
                if "-c" in {option[:2], word[:2]} or "--config" in {option, word.partition("=")[0]}:
                    is_module = name.startswith("python:")
                    plain = f"{name[7:].replace('.', '/')}.py" if is_module else name.removeprefix("file:")
                    wanted.add(path_of(plain, place))
        held = {path: self._text(path) for path in sorted(wanted - {""})}
        return {path: text for path, text in held.items() if text is not None}

    def _text(self, path: str) -> str | None:
        held = self._files.find(path)
        if held is None or held.link:
            return None
        try:
            text = read_text(held.source)
        except BareboatError:
            return None
        return text if len(text) <= _LONGEST else None

    def _script(self, name: str, copies: Mapping[str, str], folder: str) -> str | None:
        for path in self._places(name, copies, folder):
            text = self._text(path)
            if text is None:
                continue
            first = text.partition("\n")[0]
            is_shell = _SHELL.match(first) is not None
            return text if is_shell or path.endswith(".sh") else None
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
