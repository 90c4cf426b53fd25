"""A server's command line beside the file of settings that the server reads: neither contradicts the other.

gunicorn reads `gunicorn.conf.py` from where it is started, or what `--config` names. Where that file binds an
address that others reach, the line leaves it at that; else the line says where it binds, which comes
before the file.
"""

import posixpath
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.project import gunicornconf, serverline
from bareboat.project.gunicornconf import GunicornConf
from bareboat.project.serverline import ServerLine

__all__ = ["Place", "folder_of", "path_of", "settled"]

_LOWEST = 1024
_ROOT = "/app"


class Place(Struct, frozen=True):
    """Where a line runs: `folder` below the project's, its files, texts of settings by path, variables."""

    paths: Collection[str]
    configs: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""


def settled(line: ServerLine, place: Place, port: int | None = None) -> ServerLine:
    """Return the line with what its file of settings says; `port` is that of the user's setting."""
    if not line.style.configs:
        return line
    conf, line = _found(line, place)
    if conf is None:
        return line
    line = _served(replace(line, settings=conf, obeys=conf.path, asked=conf.asked), conf, place)
    if "worker_tmp_dir" in conf.names:
        line = replace(line, words=_without(line.words, ["--worker-tmp-dir=/dev/shm"]))
    return line if line.is_told else _bound(line, conf, port)


def _found(line: ServerLine, place: Place) -> tuple[GunicornConf | None, ServerLine]:
    """Return the settings that the server reads, and the line with their file as the image has it."""
    named = line.config
    if named.startswith("python:"):
        path = path_of(f"{named.removeprefix('python:').replace('.', '/')}.py", place)
    elif named:
        path = path_of(named.removeprefix("file:"), place)
        line = _renamed(line, path)
    else:
        path = posixpath.join(place.folder.strip("/"), gunicornconf.NAME)
        if path not in place.configs:
            path = gunicornconf.NAME  # the image starts everything in the project's folder
        elif "/" in path:
            line = replace(line, words=(*line.words, "--config", path))
    text = place.configs.get(path)
    return (gunicornconf.read(text, path, place.environ) if text is not None else None), line


def _renamed(line: ServerLine, path: str) -> ServerLine:
    words = list(line.words)
    at = next(number for number, word in enumerate(words) if word in line.style.configs)
    if path:
        words[at + 1] = path
        return replace(line, words=tuple(words))
    del words[at : at + 2]
    note = f"`--config {line.config}` is left out: that file is not in the project"
    return replace(line, words=tuple(words), notes=(*line.notes, note))


def path_of(name: str, place: Place) -> str:
    """Return the project's file that a line means, be it by its place in another image; else empty."""
    plain = name.removeprefix("./")
    parts = name.strip("/").split("/")
    below = [posixpath.join(place.folder.strip("/"), plain), plain]
    tails = ["/".join(parts[number:]) for number in range(len(parts))]
    held = [posixpath.normpath(one) for one in (tails if name.startswith("/") else below)]
    return next((one for one in held if one in place.paths), "")


def folder_of(name: str, paths: Collection[str]) -> str | None:
    """Return the project's folder that an absolute or relative path means, None where it has none."""
    plain = posixpath.normpath(name)
    if plain in {".", "/", _ROOT}:
        return ""
    parts = plain.strip("/").split("/")
    tails = ["/".join(parts[number:]) for number in range(len(parts) if plain.startswith("/") else 1)]
    return next((one for one in tails if any(path.startswith(f"{one}/") for path in paths)), None)


def _served(line: ServerLine, conf: GunicornConf, place: Place) -> ServerLine:
    """Return the line with the application and the folders that the file names."""
    roots = list(line.roots)
    for fact in conf.roots:
        folder = folder_of(fact.value, place.paths)
        roots += [folder] if folder else []
        is_there = not fact.value.startswith("/") or posixpath.normpath(
            fact.value
        ) == f"{_ROOT}/{folder}".rstrip("/")
        if fact.value == conf.chdir and not is_there and "--chdir" not in line.words:
            told = f"{_ROOT}/{folder or ''}".rstrip("/")
            note = f"chdir {fact.value} of {fact.where} is {told} here"
            line = replace(line, words=(*line.words, "--chdir", told), remarks=(*line.remarks, note))
    line = replace(line, roots=tuple(roots))
    if line.module or conf.app is None or any(word.startswith("--paste") for word in line.words):
        return line
    module, attribute, is_called = serverline.target(conf.app.value)
    return replace(line, module=module, attribute=attribute, is_called=is_called)


def _bound(line: ServerLine, conf: GunicornConf, port: int | None) -> ServerLine:
    """Return the line without an address where the file has one that others reach."""
    if conf.binds is None:
        return line
    shown, where = conf.binds.value, conf.binds.where
    if shown is None:
        note = f"bind of {where} is not plain to see: `--bind` says it"
        return replace(line, remarks=(*line.remarks, note))
    held = conf.bound
    if held is not None and (held.port == port or (port is None and held.port >= _LOWEST)):
        return replace(line, words=_without(line.words, line.style.anew), port=held.port, bound=where)
    texts = ", ".join(one.text for one in shown)
    if held is None:
        why = "which nothing outside of the container reaches"
    else:
        why = "which the port setting changes" if port is not None else "which is for root alone"
    first = next((one.port for one in shown if one.port), 0)
    note = f"{where} binds {texts}, {why}: `--bind` says otherwise"
    return replace(line, port=first, bound=where if first else "", remarks=(*line.remarks, note))


def _without(words: Sequence[str], left: Sequence[str]) -> tuple[str, ...]:
    """Return the words without a run of them."""
    size = len(left)
    at = next((one for one in range(len(words)) if tuple(words[one : one + size]) == tuple(left)), len(words))
    return (*words[:at], *words[at + size :])
