"""Whether a command that another file states can hold in the image: its program and its code must be there.

A program is there where a locked package has it; a module or a file where the project has it.
"""

import posixpath
import re
import sys
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, field
from packaging.utils import canonicalize_name

from bareboat.project import configured, serverline, uwsgiline
from bareboat.project.application import Application
from bareboat.project.argv import BIN
from bareboat.project.configured import Place
from bareboat.project.process import Process
from bareboat.project.provided import package_of
from bareboat.project.serverline import SERVERS, ServerLine

__all__ = ["Surroundings", "Unfit", "has_module", "moduled", "server_line", "words"]

_PYTHON = re.compile(r"python(\d+(\.\d+)?)?")


class Surroundings(Struct, frozen=True):
    """What a process may count on: the code, the project's files, locked packages, its own scripts.

    `modules` are the top-level ones of the project's own wheel, `configs` texts of servers' settings
    by path, `environ` variables of the image.
    """

    application: Application
    paths: Collection[str]
    packages: Mapping[str, str]
    scripts: Collection[str] = ()
    modules: Collection[str] = ()
    configs: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)


class Unfit(Struct, frozen=True):
    """Why a process does not hold in an image; `is_development` where it is only not meant for one."""

    reason: str
    is_development: bool = False


def server_line(process: Process, around: Surroundings, port: int | None = None) -> ServerLine | None:
    """Return a process as the line of a server with its settings, None for any other program.

    `port` is the one that the user's setting names.
    """
    held = _installed(moduled(process.line.words), around)
    program = posixpath.basename(held[0])
    environ = {**process.variables, **around.environ, **dict(process.line.env)}
    place = Place(around.paths, around.configs, environ, process.line.folder)
    if program == "uwsgi":
        return uwsgiline.read(held, place, port)
    if program not in SERVERS:
        return None
    return configured.settled(serverline.read((program, *held[1:])), place, port)


def words(process: Process, around: Surroundings, port: int | None = None) -> tuple[str, ...] | Unfit:
    """Return the argv of a process in the image, with PORT where a server is told the port.

    `port` is the one that the user's setting names.
    """
    line = process.line
    if line.problem:
        return Unfit(line.problem)
    held = _installed(moduled(line.words), around)
    program = posixpath.basename(held[0])
    if _PYTHON.fullmatch(program) is not None or program.endswith(".py"):
        return _python(held if program.endswith(".py") else held[1:], line.folder, around)
    if _is_development(held, program):
        return Unfit(f"`{' '.join(held[:3])}` is for development", is_development=True)
    if not _is_script(program, around):
        return Unfit(f"`{program}` is in no locked package")
    server = server_line(process, around, port)
    missing = _missing(server, line.folder, around) if server is not None else None
    return missing or (f"{BIN}/{program}", *(server.words if server is not None else held)[1:])


def moduled(held: Sequence[str]) -> tuple[str, ...]:
    """Return `python -m uvicorn …` as `uvicorn …`."""
    is_module = posixpath.basename(held[0]).startswith("python") and len(held) > 2 and held[1] == "-m"
    if is_module and (held[2] in SERVERS or held[2] in {"celery", "flask"}):
        return (held[2], *held[3:])
    return tuple(held)


def _is_script(name: str, around: Surroundings) -> bool:
    return name in around.scripts or package_of(name, around.packages) is not None


def _installed(held: Sequence[str], around: Surroundings) -> tuple[str, ...]:
    """Return `python /venv/bin/tool …`, where the project or a package brings `tool`, as `tool …`."""
    if len(held) > 1 and _PYTHON.fullmatch(posixpath.basename(held[0])) is not None:
        folder, _, name = held[1].rpartition("/")
        is_there = held[1].lstrip("/") in around.paths
        if folder.startswith("/") and folder.endswith("/bin") and not is_there and _is_script(name, around):
            return tuple(held[1:])
    return tuple(held)


def _is_development(held: Sequence[str], program: str) -> bool:
    return (program in {"flask", "quart"} and "run" in held[1:]) or (
        program == "fastapi" and "dev" in held[1:2]
    )


def _python(held: Sequence[str], folder: str, around: Surroundings) -> tuple[str, ...] | Unfit:
    options = 0
    while options < len(held) and held[options].startswith("-") and held[options] not in {"-m", "-c"}:
        options += 1
    rest = held[options:]
    start = (f"{BIN}/python", *held[:options])
    if not rest:
        return Unfit("it starts the interpreter alone")
    if rest[0] == "-c":
        return (*start, *rest)
    if rest[0] == "-m":
        name = rest[1] if len(rest) > 1 else ""
        return (*start, *rest) if has_module(name, folder, around) else Unfit(f"there is no module {name!r}")
    path = _file(rest[0], folder, around)
    if path is None:
        return Unfit(f"the file {rest[0]} is not in the project")
    if posixpath.basename(path) == "manage.py" and any(one.startswith("runserver") for one in rest[1:2]):
        return Unfit("`manage.py runserver` is for development", is_development=True)
    return (*start, path, *rest[1:])


def _file(name: str, folder: str, around: Surroundings) -> str | None:
    """Return the path of a file that a command names, below the project's folder, None where it is not."""
    plain = name.removeprefix("./")
    places = [posixpath.normpath(posixpath.join(folder.lstrip("/"), plain)), plain.lstrip("/")]
    parts = name.strip("/").split("/")
    places += ["/".join(parts[number:]) for number in range(1, len(parts))] if name.startswith("/") else []
    return next((one for one in places if one in around.paths), None)


def has_module(name: str, folder: str, around: Surroundings) -> bool:
    """Return whether a module is importable: of the project, the standard library, a locked package."""
    top = name.partition(".")[0]
    held = around.application.modules
    if name in held or f"{name}.__main__" in held or top in sys.stdlib_module_names or top in around.modules:
        return True
    if str(canonicalize_name(top)) in around.packages or package_of(top, around.packages) is not None:
        return True
    place = name.replace(".", "/")
    roots = ("", f"{folder.strip('/')}/", "src/")
    ends = (".py", "/__init__.py", "/__main__.py")
    return any(f"{root}{place}{end}".lstrip("/") in around.paths for root in roots for end in ends)


def _missing(server: ServerLine, folder: str, around: Surroundings) -> Unfit | None:
    """Return what of a server's line is not there."""
    if server.file and _file(server.file, folder, around) is None:
        return Unfit(f"the file {server.file} is not in the project")
    if server.style.configs and not server.module and not any("--paste" in word for word in server.words):
        return Unfit(f"`{server.style.package}` is told no application")
    if server.module:
        roots = [folder, *(posixpath.normpath(posixpath.join(folder, one)) for one in server.roots)]
        if not any(has_module(server.module, root, around) for root in roots):
            return Unfit(f"there is no module {server.module!r}")
    return None
