"""Resolving with packages that have no wheel: their sources' own metadata stands in for one.

uv would run setup.py on this machine to learn what a source archive requires. Here it is given only
wheels, and for each package that has none a stand-in whose METADATA is what the archive says of
itself: PKG-INFO, or setuptools' requires.txt. Nothing of the archive is run. In the lock that comes
out, the stand-in is replaced by the sources.

Spec: core metadata 2.4, PEP 643; the requires.txt of setuptools' egg-info.
"""

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.parser import Parser
from pathlib import Path

from msgspec import Struct
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bareboat.errors import InputError, IntegrityError, ResolveError
from bareboat.index import config, standin, uv
from bareboat.index import resolve as wheels
from bareboat.index.standin import StandIn
from bareboat.lock import Sdist
from bareboat.progress import SILENT, Progress
from bareboat.target import Target
from bareboat.tree import untar
from bareboat.tree.compress import Compression, decompress
from bareboat.tree.content import Content

__all__ = ["Fetch", "resolve"]

Fetch = Callable[[Sdist], tuple[Content, Path]]
"""Bring verified sources: their bytes, and the file that holds them."""

_MOST = 50
_NOTHING = wheels.Selection()
_AT_FAULT = "the archive itself is at fault: take another version, or tell whoever publishes it"
_LARGEST = 4 << 20
_ARCHIVE = 8 << 30
_SDIST = re.compile(r'^sdist = \{ url = "([^"]+)".*?hashes = \{ sha256 = "([0-9a-f]{64})"', re.MULTILINE)
_VERSION = re.compile(r'^version = "([^"]+)"', re.MULTILINE)


def resolve(  # noqa: PLR0913 - those of `resolve.resolve`, and what fetches
    requirements: Sequence[str] | Path,
    target: Target,
    *,
    fetch: Fetch,
    environ: Mapping[str, str],
    progress: Progress = SILENT,
    upgrade: bool = False,
    preferred: str = "",
    selection: wheels.Selection = _NOTHING,
    offline: bool = False,
    constraints: Sequence[str] = (),
    placed: Sequence[StandIn] = (),
    is_built: Callable[[str], bool] | None = None,
) -> str:
    """Return the pylock.toml as `resolve.resolve` does, sources in it where a package has no wheel.

    `placed` stand in for packages that come from a place of their own, whatever an index has. What
    `is_built` says of a name is in the lock as sources, where there are some.

    Raises ResolveError as that does, and for sources that do not say what they require.
    """
    found: dict[str, StandIn] = {}
    bounds = [*constraints, *(requirements if not isinstance(requirements, Path) else _lines(requirements))]
    asked = _Question(target, environ, fetch, selection.folder, tuple(bounds), preferred, offline, upgrade)
    with tempfile.TemporaryDirectory(prefix="bareboat-", dir=environ.get("TMPDIR") or None) as name:
        pinned = [f"{one.name} @ {standin.write(one, Path(name)).as_uri()}" for one in placed]
        while True:
            try:
                text = wheels.resolve(
                    requirements,
                    target,
                    environ=_with_links(environ, Path(name)) if found else environ,
                    progress=progress,
                    upgrade=upgrade,
                    preferred=preferred,
                    selection=selection,
                    offline=offline,
                    constraints=[*constraints, *pinned],
                )
            except ResolveError as error:
                missing, versions = _without_wheel(error)
                before = found.get(missing)
                if not missing or len(found) == _MOST or (before is not None and not versions):
                    raise
                found[missing] = asked.stand_in(missing, error, versions)
                if before is not None:  # the newest was not what another package wants
                    if found[missing].version == before.version:
                        raise
                    standin.path(before, Path(name)).unlink()
                standin.write(found[missing], Path(name))
            else:
                held = standin.put_back(text, found | {one.name: one for one in placed})
                return asked.from_sources(held, is_built) if is_built is not None else held


def _without_wheel(error: ResolveError) -> tuple[str, str]:
    """Return the package, and its versions, that a refusal is about, where they have sources alone."""
    if "only a source distribution" not in error.message:
        return "", ""
    name = re.split(r"[^\w.-]", error.where, maxsplit=1)[0]
    return str(canonicalize_name(name)), error.where[len(name) :]


class _Question(Struct, frozen=True):
    target: Target
    environ: Mapping[str, str]
    fetch: Fetch
    folder: Path | None
    bounds: tuple[str, ...]
    preferred: str
    offline: bool
    upgrade: bool

    def stand_in(self, name: str, refusal: ResolveError, versions: str = "") -> StandIn:
        """Return the newest sources that fit, with what they declare. Raises `refusal` where they do not.

        `versions` is a specifier for those that another package wants.
        """
        block = next(iter(standin.blocks(self._located(name, versions))), "")
        held, version = _SDIST.search(block), _VERSION.search(block)
        if held is None or version is None:
            raise refusal
        url = held[1]
        content, path = self.fetch(Sdist(url.rpartition("/")[2], url, held[2]))
        metadata = _metadata(content, path, url.rpartition("/")[2])
        if not metadata:
            raise ResolveError(
                "has sources that do not say what they require",
                where=name,
                hint="lock the project with uv, or choose a version that has a wheel",
            ) from refusal
        return StandIn(block, name, version[1], metadata)

    def from_sources(self, text: str, is_built: Callable[[str], bool]) -> str:
        """Return the lock with the sources of those packages in place of their wheels, versions unchanged."""
        found = {}
        for block in standin.blocks(text):
            name, version = standin.name_of(block), _VERSION.search(block)
            if not is_built(name) or version is None or "\nwheels = " not in block:
                continue
            located = next(iter(standin.blocks(self._located(name, f"=={version[1]}"))), "")
            sources = [line for line in located.splitlines() if line.startswith("sdist = ")]
            if sources:
                kept = f'name = "{name}"\nversion = "{version[1]}"\n{sources[0]}\n'
                found[name] = StandIn(kept, name, version[1], "")
        return standin.put_back(text, found) if found else text

    def _located(self, name: str, versions: str) -> str:
        """Return a pylock.toml of the package alone. uv reads no metadata of what it takes alone."""
        with tempfile.TemporaryDirectory(prefix="bareboat-", dir=self.environ.get("TMPDIR") or None) as held:
            lock = Path(held, "pylock.toml")
            command = ["pip", "compile", "-", "-o", str(lock), "--format", "pylock.toml", "--no-header"]
            command += ["--quiet", "--no-deps", "--no-python-downloads", "--python", _host()]
            command += ["--python-version", self.target.python_full]
            command += ["--python-platform", wheels.platform(self.target)]
            command += [*config.uv_arguments(self.environ, folder=self.folder)]
            command += ["--offline"] if self.offline else []
            uv.run(
                command,
                environ=config.uv_environment(self.environ, folder=self.folder),
                cwd=self.folder or Path(held),
                stdin="".join(f"{line}\n" for line in (*self._asked(name), f"{name}{versions}")),
                where=name,
            )
            return lock.read_text(encoding="utf-8")

    def _asked(self, name: str) -> Iterator[str]:
        yield name
        environment = {**self.target.marker_environment(), "extra": ""}
        for line in self.bounds:
            try:
                held = Requirement(line)
            except InvalidRequirement:
                continue
            if canonicalize_name(held.name) == name and (
                held.marker is None or held.marker.evaluate(environment)
            ):
                yield f"{held.name}{held.specifier}"
        for block in () if self.upgrade else standin.blocks(self.preferred):
            version = _VERSION.search(block)
            if version is not None and standin.name_of(block) == name:
                yield f"{name}=={version[1]}"


def _host() -> str:
    import sys

    return sys.executable


def _with_links(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    known = environ.get("UV_FIND_LINKS", "")
    return {**environ, "UV_FIND_LINKS": f"{known},{folder}" if known else str(folder)}


def _lines(file: Path) -> Iterator[str]:
    """Yield the requirements that a file declares; a stranger's file may hold anything else."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return
    if file.suffix != ".toml":
        yield from (re.split(r"\s(?:#|--)", line, maxsplit=1)[0].strip() for line in text.splitlines())
        return
    import tomllib

    try:
        project = tomllib.loads(text).get("project", {})
    except tomllib.TOMLDecodeError:
        return
    declared = [project.get("dependencies", []), *dict(project.get("optional-dependencies", {})).values()]
    yield from (line for held in declared if isinstance(held, list) for line in held if isinstance(line, str))


def _metadata(content: Content, path: Path, filename: str) -> str:
    """Return the requirements that the sources declare, as lines of METADATA; empty where they do not."""
    try:
        files = dict(_told(content, path, filename))
    except zipfile.BadZipFile as error:
        raise IntegrityError(f"is damaged ({error})", where=filename, hint=_AT_FAULT) from error
    except (InputError, IntegrityError) as error:
        error.hint = error.hint or _AT_FAULT
        raise
    info = next((text for name, text in files.items() if name.count("/") == 1), "")
    if not info:
        return ""
    headers = Parser().parsestr(info, headersonly=True)
    if "requires-dist" in {str(one).lower() for one in headers.get_all("Dynamic") or ()}:
        return ""
    lines = [f"Requires-Python: {headers['Requires-Python']}"] if headers["Requires-Python"] else []
    lines += [f"Provides-Extra: {one}" for one in headers.get_all("Provides-Extra") or ()]
    declared = [f"Requires-Dist: {one}" for one in headers.get_all("Requires-Dist") or ()]
    if not declared:
        held = next((text for name, text in files.items() if name.endswith("requires.txt")), "")
        declared = [f"Requires-Dist: {one}" for one in _requires(held)]
    return "\n".join(" ".join(line.split()) for line in (*lines, *declared)) or "Platform: any"


def _told(content: Content, path: Path, filename: str) -> Iterator[tuple[str, str]]:
    """Yield the few files that say something, by path."""
    wanted = re.compile(r"[^/]+/(PKG-INFO|([^/]+/)*[^/]+\.egg-info/requires\.txt)")
    if filename.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if wanted.fullmatch(info.filename) and info.file_size <= _LARGEST:
                    yield info.filename, archive.read(info).decode("utf-8", "replace")
        return
    if not filename.endswith((".tar.gz", ".tgz")):
        raise InputError(
            "is no source archive that is known", where=filename, hint="known are .tar.gz and .zip"
        )
    for entry in untar.read(
        decompress(content.chunks(), Compression.GZIP, where=filename), limit=_ARCHIVE, where=filename
    ):
        if wanted.fullmatch(entry.path) and entry.content is not None and entry.size <= _LARGEST:
            yield entry.path, b"".join(entry.content.chunks()).decode("utf-8", "replace")


def _requires(text: str) -> Iterator[str]:
    """Yield the requirements of setuptools' requires.txt with the markers of their sections."""
    condition = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            extra, _, marker = line.strip("[]").partition(":")
            parts = [f"({marker})"] if marker else []
            parts += [f'extra == "{extra}"'] if extra else []
            condition = " and ".join(parts)
        elif line and not line.startswith("#"):
            yield f"{line} ; {condition}" if condition else line
