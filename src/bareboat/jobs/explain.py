"""What a Dockerfile builds again after a change: of the source, of the dependencies, of the base images."""

import fnmatch
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct

from bareboat.dockerfile.cache import Change, Outcome, Step, explain
from bareboat.dockerfile.check import check
from bareboat.dockerfile.ignore import Ignore
from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.syntax import File, Instruction
from bareboat.errors import InputError

__all__ = ["Asked", "Scenario", "explained", "of_file", "of_text"]

# Files that name dependencies wherever they lie; those that a command names with -r are read off it.
_DECLARING = (
    *("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "*.lock", "pylock*.toml"),
    *("*requirements*.txt", "*requirements*.in", "constraints*.txt", "environment.yml"),
)
_UNWATCHED = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox"}
)
_MOST = 100_000
_NAMED = re.compile(r"(?:^|\s)(?:-r|-c|--requirements?|--constraints?)(?:\s+|=)(\S+)")


class Asked(Struct, frozen=True):
    """Which build: the stage to build (the last unless named), build arguments, and other changes.

    `changed` are paths that change together in one more scenario, relative to the context.
    """

    target: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()


class Scenario(Struct, frozen=True):
    """A change by its name, the files that it is taken to change, and what becomes of each instruction."""

    name: str
    paths: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def again(self) -> tuple[Step, ...]:
        """The steps that run again."""
        return tuple(step for step in self.steps if step.outcome is Outcome.RUNS)


def explained(path: Path, asked: Asked | None = None, *, folder: Path | None = None) -> tuple[Scenario, ...]:
    """Return each scenario for the Dockerfile at `path`, or in the folder that it is.

    `folder` is the build context, the Dockerfile's own folder unless given. Raises InputError for
    what cannot be read, and for a Dockerfile that BuildKit would refuse.
    """
    file = path / "Dockerfile" if path.is_dir() else path
    try:
        source = file.read_bytes()
    except FileNotFoundError as error:
        hint = "name the Dockerfile, or write one with `bareboat dockerfile`"
        raise InputError("no such file", where=str(file), hint=hint) from error
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or '').lower()}", where=str(file)) from error
    found = parse(source, where=str(file)).file
    if _is_usual(found):
        for problem in check(found, where=str(file), arguments=dict(asked.arguments) if asked else None):
            raise problem
    held = (folder or file.parent).resolve()
    ignore = _ignore(file, held)
    return of_file(found, _files(held, ignore), ignore=ignore, asked=asked)


def _is_usual(file: File) -> bool:
    """Whether BuildKit's own frontend reads the file, of a channel that `check` knows."""
    syntax = file.directive("syntax") or "docker/dockerfile"
    return syntax.removeprefix("docker.io/").startswith("docker/dockerfile") and "labs" not in syntax


def of_text(text: str, ignore: str, folder: Path) -> tuple[Scenario, ...]:
    """Return each scenario for a Dockerfile that is not written yet, nor its ignore file."""
    held = Ignore.parse(ignore)
    return of_file(parse(text.encode()).file, _files(folder.resolve(), held), ignore=held)


def of_file(
    file: File, paths: Sequence[str], *, ignore: Ignore, asked: Asked | None = None
) -> tuple[Scenario, ...]:
    """Return each scenario for a Dockerfile as a value, `paths` being the files of its context."""
    wanted = asked or Asked()
    arguments = dict(wanted.arguments)
    declaring = _declaring(file, paths)
    source = tuple(path for path in paths if path not in declaring and (path.endswith(".py") or "/" in path))
    plans: list[tuple[str, tuple[str, ...], Change]] = [
        ("source changed", source, Change.files(*source)),
        ("dependency changed", declaring, Change.files(*declaring)),
        ("base changed", (), Change.base()),
    ]
    if wanted.changed:
        plans.append(("these files changed", wanted.changed, Change.files(*wanted.changed)))
    return tuple(
        Scenario(name, held, _steps(file, change, ignore, wanted.target, arguments))
        for name, held, change in plans
        if held or name == "base changed"
    )


def _steps(
    file: File, change: Change, ignore: Ignore, target: str, arguments: Mapping[str, str]
) -> tuple[Step, ...]:
    return explain(file, change, ignore=ignore, target=target, arguments=arguments)


def _declaring(file: File, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the files of the context that say what is installed."""
    named = {
        PurePosixPath(match).name
        for item in file.items
        if isinstance(item, Instruction) and item.keyword == "RUN"
        for argument in item.arguments
        for match in _NAMED.findall(argument)
    }
    return tuple(
        path
        for path in paths
        if any(fnmatch.fnmatchcase(PurePosixPath(path).name, pattern) for pattern in (*_DECLARING, *named))
    )


def _files(folder: Path, ignore: Ignore) -> list[str]:
    """Return the files of the context, relative to it, that a person works on."""
    found: list[str] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _UNWATCHED)
        for name in sorted(names):
            path = Path(parent, name).relative_to(folder).as_posix()
            if not ignore.excludes(path):
                found.append(path)
            if len(found) > _MOST:
                raise InputError(
                    f"more than {_MOST} files in the build context",
                    where=str(folder),
                    hint="leave out what no build needs with .dockerignore",
                )
    return found


def _ignore(file: Path, folder: Path) -> Ignore:
    """Return the ignore file that BuildKit takes: the Dockerfile's own, else the context's."""
    for path in (file.with_name(f"{file.name}.dockerignore"), folder / ".dockerignore"):
        if path.is_file():
            return Ignore.parse(path.read_text(encoding="utf-8", errors="replace"), where=str(path))
    return Ignore()
