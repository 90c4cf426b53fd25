"""A project as a pipeline's text for a forge; written nowhere but where the caller says."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct

from bareboat import __version__
from bareboat.errors import InputError
from bareboat.forms import github, gitlab
from bareboat.forms.pipeline import Builder, Pipeline, Scan
from bareboat.jobs.blueprint import Asked, blueprint
from bareboat.jobs.context import Context

__all__ = ["Forge", "Wish", "ci", "pipeline"]

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-")
_BESIDE = (
    *("requirements-test.txt", "requirements-tests.txt", "requirements-dev.txt", "requirements_test.txt"),
    *("requirements_dev.txt", "requirements/test.txt", "requirements/dev.txt", "dev-requirements.txt"),
    *("test-requirements.txt", "requirements-test.in", "requirements-dev.in"),
)
_TESTS = ("tests", "test", "conftest.py")


class Forge(StrEnum):
    """Who runs the pipeline."""

    GITHUB = "github"
    GITLAB = "gitlab"


_WRITERS: Mapping[Forge, tuple[Callable[[Pipeline], str], str]] = {
    Forge.GITHUB: (github.github, github.PLACE),
    Forge.GITLAB: (gitlab.gitlab, gitlab.PLACE),
}


class Wish(Struct, frozen=True):
    """What the caller asks for."""

    forge: Forge
    builder: Builder = Builder.NATIVE
    scan: Scan = Scan.TRIVY
    branch: str = "main"

    @property
    def place(self) -> str:
        """Where the forge looks for the text, from the repository's root."""
        return _WRITERS[self.forge][1]


def ci(folder: Path, flags: Mapping[str, Any], context: Context, wish: Wish) -> str:
    """Return the pipeline of the project in `folder`; asks no network.

    Raises InputError where the wish does not fit the project, with the reason.
    """
    return _WRITERS[wish.forge][0](pipeline(folder, flags, context, wish))


def pipeline(folder: Path, flags: Mapping[str, Any], context: Context, wish: Wish) -> Pipeline:
    """Return what the text is written from."""
    _plain(wish.branch, "--branch")
    found = blueprint(folder, flags, context, Asked(has_system=False))
    folder = folder.resolve()
    if wish.builder is Builder.DOCKER and not (folder / "Dockerfile").is_file():
        raise InputError(
            "there is no Dockerfile to build",
            where=str(folder),
            hint="write one with 'bareboat dockerfile', or build without one: leave --with docker out",
        )
    for name in found.dependencies.files[:1]:
        _plain(name, "the requirements' name")
    return Pipeline(
        found,
        __version__,
        wish.builder,
        wish.scan,
        wish.branch,
        folder=_plain(_inside(folder), "folder"),
        beside=tuple(name for name in _BESIDE if (folder / name).is_file())[:1],
        has_tests=any((folder / name).exists() for name in _TESTS),
        is_locked=(folder / "bareboat.lock").is_file(),
    )


def _inside(folder: Path) -> str:
    """Return the folder's place in its repository; outside of one it is taken for the root."""
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            return "" if parent == folder else folder.relative_to(parent).as_posix()
    return ""


def _plain(text: str, where: str) -> str:
    """Return a text that means itself in YAML, a shell and an expression; refuse any other."""
    if not _PLAIN.issuperset(text) or text.startswith("-"):
        raise InputError(f"letters, digits and ._/- are wanted, seen {text[:80]!r}", where=where)
    return text
