"""The processes of a project as its files state them: Procfile, Dockerfile, compose file, servers' own.

Nothing is run; a shell script of the project that a command calls is read like a line of the file.
"""

import contextlib
import posixpath
import shlex
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.project import composefile, gunicornconf, uwsgiconf, uwsgiline
from bareboat.project.commandline import Line, read
from bareboat.project.composefile import Composed, Service
from bareboat.project.configured import Place
from bareboat.project.fact import Fact
from bareboat.project.files import Files
from bareboat.project.process import WEB, Process
from bareboat.project.scripts import Scripts
from bareboat.project.serverline import target
from bareboat.project.texts import DOCKERFILES, Texts

if TYPE_CHECKING:
    from bareboat.project import dockerstart

__all__ = ["Stated", "found"]

_PROCFILES = ("Procfile", "Procfile.prod", "Procfile.production")


class Stated(Struct, frozen=True):
    """The processes, the ports that a compose file publishes, and the settings of servers by path.

    `apps` are what a server's own settings serve, as `module:attribute`.
    """

    processes: tuple[Process, ...] = ()
    ports: tuple[Fact[int], ...] = ()
    configs: Mapping[str, str] = field(default_factory=dict)
    apps: tuple[Fact[str], ...] = ()
    volumes: tuple[Fact[str], ...] = ()
    environ: Mapping[str, Fact[str]] = field(default_factory=dict)
    folder: str = ""


def found(texts: Texts, files: Files, tool: Mapping[str, Any]) -> Stated:
    """Return what the files of a folder state; `tool` is `[tool]` of pyproject.toml."""
    scripts = Scripts(files, _aliases(texts, tool))
    held = [*_procfile(texts, scripts)]
    composed = composefile.read(texts)
    stated = _dockerfile(texts, composed)
    if stated is not None and stated.given:
        around = scripts.around(stated.variables, stated.copies, stated.folder)
        line = scripts.placed(read(stated.given, around, more=stated.more), stated.copies, stated.folder)
        line = _with_arguments(line, stated.variables)
        held.append(Process(WEB, line, stated.text, stated.where, stated.path, variables=stated.variables))
    held += [_service(service, composed.path, scripts, stated) for service in composed.services]
    configs = scripts.configs(held)
    own, apps, ports = _configured(configs, frozenset(one.path for one in files))
    environ = {name: Fact(value, stated.path) for name, value in stated.variables.items()} if stated else {}
    return Stated(
        (*held, *own),
        (*(stated.exposed if stated else ()), *composed.ports, *ports),
        configs,
        apps,
        (*(stated.volumes if stated else ()), *composed.volumes),
        environ,
        stated.folder if stated is not None else "",
    )


def _configured(
    configs: Mapping[str, str], paths: Collection[str]
) -> tuple[list[Process], tuple[Fact[str], ...], tuple[Fact[int], ...]]:
    """Return the servers that their own settings start, what those serve, and where."""
    own: list[Process] = []
    apps: list[Fact[str]] = []
    ports: list[Fact[int]] = []
    if gunicornconf.NAME in configs:
        conf = gunicornconf.read(configs[gunicornconf.NAME], gunicornconf.NAME, {})
        if conf.binds is not None and conf.bound is not None:
            ports.append(Fact(conf.bound.port, conf.binds.where))
        if conf.app is not None:
            module, attribute, _ = target(conf.app.value)
            apps += [Fact(f"{module}:{attribute or 'application'}", conf.app.where)] if module else []
            shown = f"gunicorn {conf.app.value}"
            own.append(Process(WEB, Line(("gunicorn",)), shown, conf.app.where, conf.path))
    if uwsgiconf.NAME in configs:
        words = ("uwsgi", "--ini", uwsgiconf.NAME)
        line = uwsgiline.read(words, Place(paths, configs))
        if line.bound:
            ports.append(Fact(line.port, line.bound))
        module = line.module or line.file.removesuffix(".py").replace("/", ".")
        if module:
            apps.append(Fact(f"{module}:{line.attribute}", f"{uwsgiconf.NAME}:1"))
            own.append(Process(WEB, Line(words), " ".join(words), f"{uwsgiconf.NAME}:1", uwsgiconf.NAME))
    return own, tuple(apps[:1]), tuple(ports)


def _procfile(texts: Texts, scripts: Scripts) -> Iterator[Process]:
    name = next((one for one in _PROCFILES if texts.has(one)), "")
    for number, text in enumerate(texts.read(name).splitlines() if name else (), 1):
        kind, colon, command = text.partition(":")
        kind = kind.strip()
        if not colon or kind.startswith("#") or not kind.replace("-", "").replace("_", "").isalnum():
            continue
        line = read(command.strip(), scripts.around({}))
        is_release = kind == "release"
        yield Process(kind, line, command.strip(), f"{name}:{number}", name, is_release=is_release)


def _dockerfile(texts: Texts, composed: Composed) -> "dockerstart.Stated | None":
    if not composed.dockerfile and not any(texts.has(name) for name in DOCKERFILES):
        return None
    from bareboat.project import dockerstart  # the language of Dockerfiles, only where there is one

    return dockerstart.read(texts, composed.dockerfile, composed.inside)


def _service(service: Service, path: str, scripts: Scripts, stated: "dockerstart.Stated | None") -> Process:
    """Return the process of a service, which runs in the image of the Dockerfile, if there is one."""
    variables = {**(stated.variables if stated is not None else {}), **service.variables}
    copies = stated.copies if stated is not None else {}
    folder = service.folder or (stated.folder if stated is not None else "")
    words = service.words
    if words is not None and stated is not None and not service.has_entrypoint:
        words = (*stated.entry, *words)
    line = read(words if words is not None else service.text, scripts.around(variables, copies, folder))
    line = _with_arguments(scripts.placed(line, copies, folder), variables)
    return Process(service.name, line, service.text, service.where, path, variables=variables)


def _with_arguments(line: Line, variables: Mapping[str, str]) -> Line:
    """Return a line of gunicorn with the arguments that it takes from a variable before its own."""
    given = variables.get("GUNICORN_CMD_ARGS", "")
    if not given or not line.words or posixpath.basename(line.words[0]) != "gunicorn":
        return line
    try:
        more = shlex.split(given)
    except ValueError:
        return line
    return replace(line, words=(line.words[0], *more, *line.words[1:]))


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
