"""The services of a monorepo: what could be built of a folder that is no project itself."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from bareboat.errors import BareboatError, SeveralError
from bareboat.jobs.context import Context
from bareboat.project import read
from bareboat.project import services as found
from bareboat.project.command import choose

__all__ = ["Found", "services"]


class Found(Struct, frozen=True):
    """One project: its name, its folder, the file that decides about packages, what would be started.

    The last two are a reason in brackets where there is none.
    """

    name: str
    folder: str
    source: str
    start: str

    def document(self) -> dict[str, str]:
        """Return it as JSON values."""
        return asdict(self)


def services(folder: Path, context: Context) -> tuple[Found, ...]:
    """Return the projects below `folder` where it is none itself, by path; nothing where it is one."""
    held = found.among(folder, environ=dict(context.environ))
    if not held or _is_project(folder, context):
        return ()
    return tuple(_found(folder / one.folder, one, context) for one in held)


def _is_project(folder: Path, context: Context) -> bool:
    try:
        read.read(folder, environ=context.environ)
    except SeveralError:
        return False
    except BareboatError:
        return True  # whatever is wrong with it is told by who plans it
    return True


def _found(place: Path, one: found.Service, context: Context) -> Found:
    try:
        project = read.read(place, environ=context.environ)
    except BareboatError as error:
        return Found(one.name, one.folder, f"({error.message})", "")
    try:
        start = choose(project.application)[0].target
    except BareboatError:
        start = "(nothing to start)" if not project.application.candidates else "(several starts)"
    return Found(one.name, one.folder, project.source.path.name, start)
