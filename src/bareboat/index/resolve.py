"""Requirements become a pylock.toml for one target: uv resolves, from wheels only.

uv needs no interpreter of the target's version, but some interpreter: ours. A lock that exists is
handed to uv as a preference, so that nothing moves unless it must or `upgrade` says so.
"""

import json
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from bareboat.errors import InputError, IntegrityError, ResolveError
from bareboat.index import config, uv
from bareboat.index.complaint import MISSING
from bareboat.index.pins import read_pins
from bareboat.lock import LockedRequirement
from bareboat.progress import SILENT, Kind, Progress
from bareboat.target import Target

__all__ = ["Selection", "platform", "resolve", "resolve_pinned", "wheels"]

# what uv has names for; a newer libc runs the wheels of the older ones
_KNOWN_LIBC = (40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 28, 17)
_STRATEGY = "UV_INDEX_STRATEGY"
_PATH = re.compile(r'(\bpath = )"((?:[^"\\]|\\.)*)"')


class Selection(Struct, frozen=True):
    """What of a pyproject.toml is asked for besides its dependencies, and from where uv is run.

    `folder` is the project's, whose `[tool.uv]` counts; None for requirements without a project. `table`
    is the text of one that binds names to indexes, which uv obeys in a pyproject.toml alone.
    """

    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    folder: Path | None = None
    table: str = ""


_NOTHING_MORE = Selection()


def platform(target: Target) -> str:
    """Return uv's name for the target: the newest manylinux that its libc can run."""
    major, minor = target.glibc
    fits = next((known for known in _KNOWN_LIBC if (major, minor) >= (2, known)), None)
    if fits is None:
        raise InputError(f"glibc {major}.{minor} is older than any wheel's", where="target")
    return f"{target.arch.machine}-manylinux_2_{fits}"


def resolve(  # noqa: PLR0913 - each is one flag of `uv pip compile`
    requirements: Sequence[str] | Path,
    target: Target,
    *,
    environ: Mapping[str, str],
    progress: Progress = SILENT,
    upgrade: bool = False,
    preferred: str = "",
    selection: Selection = _NOTHING_MORE,
    offline: bool = False,
    constraints: Sequence[str] = (),
) -> str:
    """Return the pylock.toml that satisfies `requirements` on `target`, every artifact hashed.

    `requirements` are lines, or a pyproject.toml or requirements file. `preferred` is the text of
    an earlier pylock.toml, kept to where possible; `constraints` are lines that bound versions and
    ask for nothing. Paths in the result are absolute.

    Raises ResolveError where no set of wheels fits, NetworkError where an index does not answer.
    """
    arguments = ["--python-platform", platform(target)]
    for extra in selection.extras:
        arguments += ["--extra", extra]
    for group in selection.groups:
        arguments += ["--group", group]
    if upgrade:
        arguments.append("--upgrade")
    call = _Call(target, environ, selection.folder, offline=offline, table=selection.table)
    with progress.begin(Kind.RESOLVE, "requirements"):
        return call.compile(requirements, arguments, "" if upgrade else preferred, constraints)


def resolve_pinned(  # noqa: PLR0913 - each is one thing that uv is told
    pins: Path | Sequence[LockedRequirement],
    target: Target,
    *,
    environ: Mapping[str, str],
    progress: Progress = SILENT,
    offline: bool = False,
    options: Sequence[str] = (),
    sources: bool = False,
) -> str:
    """Return the pylock.toml of exactly `pins`, each with only those files whose hash is given.

    `pins` are a hashed requirements file or what was read from one; nothing is added to them.
    `options` are lines of a requirements file: `--find-links`, `--no-index`, `--pre`. With
    `sources` a source archive may serve, too: it is named, neither fetched nor built.

    Raises InputError for a line without version or sha256, IntegrityError for a package none of
    whose files has a given hash.
    """
    wanted = read_pins(pins, target) if isinstance(pins, Path) else tuple(pins)
    folder = pins.parent if isinstance(pins, Path) else None
    lines = [*options, *(f"{pin.name}=={pin.version}" for pin in wanted)]
    call = _Call(target, environ, folder, offline=offline)
    with progress.begin(Kind.RESOLVE, "pinned requirements"):
        arguments = ["--no-deps", "--python-platform", platform(target)]
        text = call.compile(lines, arguments, "", only_wheels=not sources)
    text = _only_given(text, wanted)
    missing = _missing(text, wanted)
    if missing:
        raise IntegrityError(
            f"no {'file' if sources else 'wheel'} on the index has one of the given hashes",
            where=f"{missing[0].name}=={missing[0].version}",
            hint="make the hashes anew, or ask whoever keeps the index why the file has changed",
        )
    return text


def wheels(
    lines: Sequence[str], target: Target, *, environ: Mapping[str, str], offline: bool = False
) -> dict[str, tuple[str, ...]]:
    """Return the file names of the wheels that each package of `lines` has for `target`, by its name.

    `lines` are pins, and options of a requirements file; what a pin requires is not asked for. Raises
    ResolveError where one of them is not for the target's Python, NetworkError as `resolve` does.
    """
    call = _Call(target, environ, None, offline=offline)
    text = call.compile(lines, ["--no-deps", "--python-platform", platform(target)], "", only_wheels=False)
    return {
        held["name"]: tuple(_filename(wheel) for wheel in held.get("wheels", ()))
        for held in tomllib.loads(text).get("packages", ())
    }


def _filename(wheel: Mapping[str, str]) -> str:
    return wheel.get("name") or unquote(urlsplit(wheel["url"]).path.rpartition("/")[2])


class _Call(Struct, frozen=True):
    target: Target
    environ: Mapping[str, str]
    folder: Path | None
    offline: bool
    table: str = ""

    def compile(
        self,
        requirements: Sequence[str] | Path,
        arguments: Sequence[str],
        preferred: str,
        constraints: Sequence[str] = (),
        *,
        only_wheels: bool = True,
    ) -> str:
        source = str(requirements.absolute()) if isinstance(requirements, Path) else "-"
        stdin = "" if isinstance(requirements, Path) else "".join(f"{line}\n" for line in requirements)
        folder = requirements.parent if isinstance(requirements, Path) else self.folder
        with tempfile.TemporaryDirectory(
            prefix="bareboat-", dir=self.environ.get("TMPDIR") or None
        ) as scratch:
            lock = Path(scratch, "pylock.toml")
            if self.table:
                source, stdin = _as_project(stdin.splitlines(), self.table, Path(scratch)), ""
            bounds = []
            if constraints:
                held = Path(scratch, "constraints.txt")
                held.write_text("".join(f"{line}\n" for line in constraints), encoding="utf-8")
                bounds = ["--constraint", str(held)]
            if preferred:
                lock.write_text(preferred, encoding="utf-8")
            command = ["pip", "compile", source, "-o", str(lock), "--format", "pylock.toml", "--no-header"]
            command += ["--quiet", "--python", sys.executable, "--python-version", self.target.python_full]
            command += ["--only-binary", ":all:"] if only_wheels else []
            command += [*arguments, *bounds, *(["--offline"] if self.offline else [])]
            command += config.uv_arguments(self.environ, folder=folder)
            where = str(requirements) if isinstance(requirements, Path) else "requirements"
            environ = config.uv_environment(self.environ, folder=folder)
            try:
                uv.run(command, environ=environ, cwd=folder or Path(scratch), stdin=stdin, where=where)
            except ResolveError as error:
                _raise_refused_access(error, command, environ, folder or Path(scratch), stdin)
                raise
            return _absolute(lock.read_text(encoding="utf-8"), Path(scratch))


def _as_project(lines: Sequence[str], table: str, folder: Path) -> str:
    """Write the requirements as those of a project with `table` beside them, and return its manifest."""
    manifest = folder / "pyproject.toml"
    listed = "".join(f"    {json.dumps(line)},\n" for line in lines if line)
    head = '[project]\nname = "requirements"\nversion = "0"\ndependencies = [\n'
    manifest.write_text(f"{head}{listed}]\n{table}", encoding="utf-8")
    return str(manifest)


def _raise_refused_access(
    error: ResolveError, command: Sequence[str], environ: Mapping[str, str], folder: Path, stdin: str
) -> None:
    """Raise NetworkError where a package is missing because an index wants credentials.

    uv says so of the first index that has a package, but not when it takes the best of all.
    """
    if MISSING not in error.message or environ.get(_STRATEGY, "first-index") == "first-index":
        return
    with suppress(ResolveError):
        uv.run(command, environ={**environ, _STRATEGY: "first-index"}, cwd=folder, stdin=stdin)


def _absolute(text: str, folder: Path) -> str:
    """Return `text` with paths that do not depend on where the lock lies."""
    return _PATH.sub(lambda match: f'{match[1]}"{os.path.normpath(folder / match[2])}"', text)


def _hashes(text: str) -> set[str]:
    return set(re.findall(r'sha256 = "([0-9a-f]{64})"', text))


def _missing(text: str, pins: Sequence[LockedRequirement]) -> list[LockedRequirement]:
    found = _hashes(text)
    return [pin for pin in pins if not found & set(pin.sha256)]


def _only_given(text: str, pins: Sequence[LockedRequirement]) -> str:
    """Return `text` without the artifact lines whose hash nobody gave.

    uv lists every wheel that fits; the best of today may not have been there when the pins were made.
    """
    given = {digest for pin in pins for digest in pin.sha256}
    return "".join(
        line
        for line in text.splitlines(keepends=True)
        if not line.startswith(("    {", "sdist = {", "wheels = [{")) or _hashes(line) <= given
    )
