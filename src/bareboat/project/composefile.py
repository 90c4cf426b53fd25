"""The services of a compose file that are built from the project's folder, with their commands.

The file lies in the project's folder or in one above it, within the same repository.
Spec: the Compose Specification, `services`: `command` and `entrypoint` are words, which no shell sees.
"""

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from bareboat.project import yamltext
from bareboat.project.direct import bound
from bareboat.project.fact import Fact
from bareboat.project.place import is_place
from bareboat.project.process import WEB
from bareboat.project.texts import Texts

__all__ = ["NAMES", "Composed", "Service", "read"]

NAMES = (
    "compose.prod.yaml", "compose.prod.yml", "docker-compose.prod.yml", "docker-compose.production.yml",
    "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml",
)  # fmt: skip
"""One for production comes first: the plain one is for development as often as not."""
_OWN = "# Written by `bareboat dockerfile"
_FRONTS = (WEB, "app", "api", "server", "backend", "django", "flask", "fastapi", "main")
_VARIABLE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)(?::?-([^}]*))?[^}]*\})")


class Service(Struct, frozen=True):
    """One service: its words as they are run, None where they cannot be read, and its variables.

    `has_entrypoint` says that the image's own does not come before them, `folder` is where it runs.
    """

    name: str
    words: tuple[str, ...] | None
    text: str
    where: str
    variables: Mapping[str, str] = field(default_factory=dict)
    has_entrypoint: bool = False
    folder: str = ""


class Composed(Struct, frozen=True):
    """What the file says of this project; `dockerfile` is what it builds from where that has its own name.

    `inside` is the project's folder below the one that is built from, empty where they are the same.
    `volumes` are the places of named volumes: what is bound from the host may be the sources.
    """

    path: str = ""
    services: tuple[Service, ...] = ()
    ports: tuple[Fact[int], ...] = ()
    dockerfile: str = ""
    inside: str = ""
    volumes: tuple[Fact[str], ...] = ()


def read(texts: Texts) -> Composed:
    """Return the services with a command, the one that serves first and called `web`.

    The nearest folder counts that has a file with services of this project.
    """
    folder = texts.folder.resolve()
    top = bound(folder)
    for number, here in enumerate((folder, *folder.parents)):
        if not here.is_relative_to(top):
            break
        held = Texts(here)
        names = [name for name in NAMES if held.has(name)]
        for name in names[:1] if number == 0 else names:
            found = _composed(held.read(name), "../" * number + name, folder.relative_to(here).as_posix())
            if found is not None:
                return found
    return Composed()


def _composed(text: str, path: str, project: str) -> Composed | None:
    """Return what a file says, None where it says nothing of the project in the folder `project` below it."""
    if not text or text.startswith(_OWN):
        return None
    held = yamltext.loaded(text)
    services = held.get("services") if isinstance(held, dict) else None
    services = services if isinstance(services, dict) else {}
    own = {
        str(name): service
        for name, service in services.items()
        if isinstance(service, dict) and _is_own(service, services, project)
    }
    if not own:
        return None
    front = _front(own)
    found = []
    for name in sorted(own, key=lambda one: one != front):
        words = _words(own[name])
        if words != ():
            shown = " ".join(words) if words is not None else str(own[name].get("command"))
            title = WEB if name == front else name
            found.append(
                Service(
                    title,
                    words,
                    shown,
                    f"{path}:{_line(text, name)}",
                    _variables(own[name]),
                    bool(own[name].get("entrypoint")),
                    str(own[name].get("working_dir") or ""),
                )
            )
    context, named = _build(own[front].get("build"))
    ports = tuple(Fact(port, f"{path}:{_line(text, front)}") for port in _ports(own[front]))
    volumes = tuple(
        Fact(place, f"{path}:{_line(text, name)}")
        for name, service in own.items()
        for place in _volumes(service, held.get("volumes"))
    )
    inside = posixpath.relpath(project, context or project)
    plain = posixpath.relpath(named, inside) if named else ""
    return Composed(path, tuple(found), ports, plain, "" if inside == "." else inside, volumes)


def _build(build: Any) -> tuple[str | None, str]:
    """Return the folder that is built from, None for no folder, and the Dockerfile's path below it."""
    context = build.get("context", ".") if isinstance(build, dict) else build
    named = build.get("dockerfile", "") if isinstance(build, dict) else ""
    if not isinstance(context, str) or "://" in context or "$" in context:
        return None, ""
    return posixpath.normpath(context or "."), posixpath.normpath(str(named)) if named else ""


def _is_own(service: Mapping[str, Any], services: Mapping[str, Any], project: str) -> bool:
    """Return whether a service is built from this folder, or runs an image that one of the others builds.

    One that is built from further up is this project's where its Dockerfile lies in this folder.
    """
    if service.get("build") is not None:
        context, named = _build(service["build"])
        place = posixpath.normpath(posixpath.join(context or "", named))
        return context == project or (bool(context and named) and place.startswith(f"{project}/"))
    image = service.get("image")
    others = (one for one in services.values() if isinstance(one, dict) and "build" in one)
    return isinstance(image, str) and any(
        one.get("image") == image and _is_own(one, {}, project) for one in others
    )


def _front(own: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the service that serves: by its name, else the first with ports, else the first."""
    for name in _FRONTS:
        if name in own:
            return name
    return next((name for name, service in own.items() if service.get("ports")), next(iter(own)))


def _words(service: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return what is run, empty where the image decides, None for words that do not part."""
    found: list[str] = []
    for key in ("entrypoint", "command"):
        given = service.get(key)
        if given is None or given in ("", []):
            continue
        if key == "entrypoint" and service.get("command") is None and isinstance(given, list) and not given:
            continue
        try:
            parts = shlex.split(given, posix=True) if isinstance(given, str) else [str(one) for one in given]
        except (ValueError, TypeError):
            return None
        found += [_interpolated(one) for one in parts]
    return tuple(found)


def _interpolated(text: str) -> str:
    """Return a text with Compose's variables as they are without any environment."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name = match[1] or match[2]
        return "{port}" if name == "PORT" else match[3] or match[0]

    return _VARIABLE.sub(value, text)


def _variables(service: Mapping[str, Any]) -> dict[str, str]:
    given = service.get("environment") or {}
    pairs = (
        given.items()
        if isinstance(given, dict)
        else [str(one).partition("=")[::2] for one in given if isinstance(one, str)]
    )
    held = {str(name): _interpolated(str(value)) for name, value in pairs if value not in {None, ""}}
    return {name: value for name, value in held.items() if "$" not in value}


def _ports(service: Mapping[str, Any]) -> Iterator[int]:
    given = service.get("ports") or ()
    for one in given if isinstance(given, Sequence) and not isinstance(given, str) else ():
        held = one.get("target") if isinstance(one, dict) else _interpolated(str(one)).partition("/")[0]
        text = str(held).rpartition(":")[2]
        if text.isascii() and text.isdecimal() and 0 < int(text) < 65536:
            yield int(text)


def _volumes(service: Mapping[str, Any], named: Any) -> Iterator[str]:
    """Yield where a service has volumes that the file names at its end."""
    given = service.get("volumes")
    for one in given if isinstance(given, list) and isinstance(named, dict) else ():
        if isinstance(one, str):
            name, _, place = _interpolated(one).partition(":")
            place = place.partition(":")[0]
        elif isinstance(one, dict):
            name, place = str(one.get("source")), str(one.get("target"))
        else:
            continue
        place = place.rstrip("/")
        if name in named and is_place(place):
            yield place


def _line(text: str, name: str) -> int:
    pattern = re.compile(rf"^\s+[\"']?{re.escape(name)}[\"']?\s*:")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)
