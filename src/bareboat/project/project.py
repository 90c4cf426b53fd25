"""What a folder says about itself, as one frozen value; every fact tells where it was found.

Making a Project reads files (`read.py`); using one reads nothing, so plan can take it.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, field

from bareboat.project.application import Application
from bareboat.project.fact import Fact
from bareboat.project.files import Files
from bareboat.project.startup import Container

__all__ = ["Backend", "Project", "Script", "Source", "SourceKind"]


class SourceKind(StrEnum):
    """Which kind of file decides about the dependencies, the strongest first."""

    UV_LOCK = "uv.lock"
    PYLOCK = "pylock.toml"
    POETRY_LOCK = "poetry.lock"
    PDM_LOCK = "pdm.lock"
    PIPFILE_LOCK = "Pipfile.lock"
    HASHED = "hashed requirements"
    PYPROJECT = "pyproject.toml"
    REQUIREMENTS = "requirements"
    BACKEND = "the build backend"
    SCRIPT = "a script's own block"
    NONE = "none"

    @property
    def is_lock(self) -> bool:
        """Whether the file itself names every version and hash."""
        return self not in {
            SourceKind.PYPROJECT,
            SourceKind.REQUIREMENTS,
            SourceKind.BACKEND,
            SourceKind.SCRIPT,
            SourceKind.NONE,
        }

    @property
    def has_own_tool(self) -> bool:
        """Whether it is the lock of a tool that also reads it itself in a Dockerfile, or none can."""
        return self in {SourceKind.POETRY_LOCK, SourceKind.PDM_LOCK, SourceKind.PIPFILE_LOCK}


class Source(Struct, frozen=True):
    """The file that decides about the dependencies, and why.

    `path` is the file (absolute; the folder itself for NONE). `ignored` are the other files
    that could have decided, each with the reason why it did not. `installs_project` says that the
    project itself is built and installed, where it can be.
    """

    kind: SourceKind
    path: Path
    reason: str
    ignored: tuple[Fact[str], ...] = ()
    installs_project: bool = True


class Backend(Struct, frozen=True):
    """What builds the project into a wheel: the module, its requirements, where it lies in the tree."""

    name: str
    requires: tuple[str, ...]
    path: tuple[str, ...] = ()


class Script(Struct, frozen=True, order=True):
    """A console script of the project: `name` runs `module:attribute`."""

    name: str
    target: str
    where: str


class Project(Struct, frozen=True):
    """A folder read. Names of groups and extras are normalised; `folder` is absolute.

    `dependencies` are those declared (of pyproject.toml or the requirements file), as PEP 508
    text. `backend` is None where the project is not built into a wheel. `wishes` are Python
    versions (`3.12`, `3.12.4`) or ranges asked for beside `requires_python`, strongest first.
    `settings` is the table `[tool.bareboat]`, unread. `notes` are sentences that the user should see.
    `is_dynamic` says that the project's backend alone can tell what it requires. `script` is the file
    that is the whole project, with what it imports, empty for most.
    """

    folder: Path
    source: Source
    files: Files
    application: Application
    name: Fact[str] | None = None
    version: Fact[str] | None = None
    description: Fact[str] | None = None
    license: Fact[str] | None = None
    requires_python: Fact[str] | None = None
    dependencies: tuple[Fact[str], ...] = ()
    extras: tuple[tuple[str, tuple[str, ...]], ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    backend: Fact[Backend] | None = None
    scripts: tuple[Script, ...] = ()
    wishes: tuple[Fact[str], ...] = ()
    container: Container = field(default_factory=Container)
    settings: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_dynamic: bool = False
    script: str = ""
