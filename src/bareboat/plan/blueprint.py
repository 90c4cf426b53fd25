"""What every form of a Dockerfile is written from: one value, made of what was read and decided.

Paths are relative to the build context with slashes, but for those that begin with one: these are
in the image. Pure: making a Blueprint reads nothing, so the same values give the same file.
"""

from enum import StrEnum

from msgspec import Struct

from bareboat.finding import Finding
from bareboat.plan.make import Start
from bareboat.project.command import Decision
from bareboat.project.environment import Variable
from bareboat.target import PythonVersion

__all__ = ["Blueprint", "Checks", "Dependencies", "Distribution", "Django", "Located", "Origin", "System"]


class Origin(StrEnum):
    """Which kind of file the dependencies are installed from."""

    UV_LOCK = "uv.lock"
    POETRY_LOCK = "poetry.lock"
    PYLOCK = "pylock.toml"
    HASHED = "hashed requirements"
    REQUIREMENTS = "requirements"
    PYPROJECT = "pyproject.toml"
    NONE = "none"


class Located(Struct, frozen=True):
    """What of the dependencies is on no index, by path in the build context.

    `linked` are folders that Poetry installs as links, `has_links` says that a requirements file has
    `-e`. `itself` is the line that installs the project, `.` or `.[extra]`, where such a file has one.
    """

    folders: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    has_git: bool = False
    linked: tuple[str, ...] = ()
    has_links: bool = False
    itself: str = ""

    @property
    def is_hashable(self) -> bool:
        """Whether everything is a file that a hash can be given for."""
        return not self.folders and not self.has_git

    @property
    def paths(self) -> tuple[str, ...]:
        """What an installer must find."""
        return (*self.folders, *self.archives)


class Dependencies(Struct, frozen=True):
    """The files that an installer reads.

    `files` has the lock or requirements file first, then what it includes. `pyproject` is empty
    where there is none. `generation` is the major version of Poetry that made poetry.lock.
    `members` are the folders of a workspace's other members that have a pyproject.toml;
    `package` is the project's name in its workspace. `declared` are requirements as pyproject.toml
    has them; `is_standard` says that it has them in `[project]`. With `is_sourced` other lines of
    pyproject.toml say where some of them are.
    """

    origin: Origin
    files: tuple[str, ...] = ()
    pyproject: str = ""
    generation: int = 2
    members: tuple[str, ...] = ()
    package: str = ""
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    is_standard: bool = True
    is_sourced: bool = False
    located: Located = Located()

    @property
    def main(self) -> str:
        """The lock or requirements file, empty where there is none."""
        return self.files[0] if self.files else ""

    @property
    def is_workspace(self) -> bool:
        """Whether the project is one of a workspace: its lock may be shared, or lie above it."""
        return bool(self.members) or "/" in self.pyproject


class Distribution(Struct, frozen=True, order=True):
    """One package of the lock: `wheels` are its file names, None where the lock does not say."""

    name: str
    version: str = ""
    wheels: tuple[str, ...] | None = None
    has_sdist: bool = True


class System(Struct, frozen=True):
    """Packages of the distribution: `builder` to compile with, `runtime` for the final image.

    `alpine` is what Alpine's builder takes; `compiled` are the Python packages that need it all,
    `opened` the run-time packages that the user named.
    """

    builder: tuple[str, ...] = ()
    runtime: tuple[str, ...] = ()
    alpine: tuple[str, ...] = ()
    compiled: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()


class Django(Struct, frozen=True):
    """How static files are collected: manage.py, the settings module, STATIC_ROOT in the image.

    `static` is empty where STATIC_ROOT could not be read. `variables` are what the settings read
    and have no default for.
    """

    manage: str
    settings: str = ""
    static: str = ""
    variables: tuple[str, ...] = ()


class Checks(Struct, frozen=True):
    """Where the requirements of the tests stand: an extra, a group, or nowhere (`kind` empty)."""

    kind: str = ""
    name: str = ""
    requirements: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


class Blueprint(Struct, frozen=True):
    """All that a Dockerfile of one project needs to know.

    `context` is the project's folder in the build context, empty for the context itself. `entries`
    are the project's top-level files and folders (these end in `/`) that go to /app, `sources`
    those that its build backend reads; `has_all` says that `entries` is the whole project. With
    `is_package` the project is installed from a wheel; `asks_git` says that its version comes from
    the repository. `added` are pins of a server that no lock names.
    """

    name: str
    python: PythonVersion
    suite: str
    dependencies: Dependencies
    start: Start
    added: tuple[str, ...] = ()
    context: str = ""
    is_package: bool = False
    asks_git: bool = False
    entries: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    django: Django | None = None
    distributions: tuple[Distribution, ...] = ()
    system: System = System()
    variables: tuple[Variable, ...] = ()
    writable: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    version: str = ""
    env: tuple[tuple[str, str], ...] = ()
    has_private_index: bool = False
    tests: Checks = Checks()
    excluded: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()

    def path(self, name: str) -> str:
        """Return a file of the project as a path in the build context."""
        return f"{self.context}/{name}" if self.context else name
