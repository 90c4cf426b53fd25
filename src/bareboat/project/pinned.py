"""What a lock without addresses says for one Target: packages, versions, and the hashes that may serve.

poetry.lock, Pipfile.lock and hashed requirements name no place that a file comes from, pdm.lock not
always. Their readers end here; the files are then looked up on an index by their hashes.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import canonicalize_name

from bareboat.errors import InputError, ResolveError
from bareboat.lock import Folder, Repository, Sdist, Wheel
from bareboat.project import direct
from bareboat.project.wheels import (
    BUILD_HINT,
    Choose,
    Offer,
    check_name,
    filename,
    location,
    sha256,
    sources,
    take,
)
from bareboat.target import Target

__all__ = ["File", "Picker", "Pin", "Pinned", "digests", "expand", "needs_build", "place", "source_url"]

SOURCES = (".tar.gz", ".zip")
"""How the names of archives of sources end, as PEP 527 left them."""

_SAID = re.compile(r"(?:^|&)sha256[=:]([0-9a-f]{64})(?:&|$)")
PUBLIC = "pypi"
"""The name of the public index in Pipfiles and PDM's settings: the host's own settings stand in for it."""


class File(Struct, frozen=True):
    """A file that a lock offers; `url` is empty where an index has to tell it."""

    name: str
    hash: str
    url: str = ""


class Pin(Struct, frozen=True, order=True):
    """One package. Any file of `sha256` may serve; where the lock tells it whole, `wheel` is set, or sources.

    `index` is the URL of the only index that may be asked, empty for those that the host uses.
    `requires` and `because` are as in LockedPackage.
    """

    name: str
    version: str
    sha256: tuple[str, ...]
    requires: tuple[str, ...] = ()
    because: str = ""
    index: str = ""
    wheel: Wheel | None = None
    sdist: Sdist | None = None
    repository: Repository | None = None
    folder: Folder | None = None

    @property
    def is_placed(self) -> bool:
        """Whether no index has to be asked where it is."""
        return any((self.wheel, self.sdist, self.repository, self.folder))


class Pinned(Struct, frozen=True):
    """All packages by name; `extra` are URLs of indexes to be asked beside those of the host."""

    pins: tuple[Pin, ...]
    origin: str
    extra: tuple[str, ...] = ()


class Picker(Struct, frozen=True):
    """Picks the wheels of one lock: `where` names it, `folder` is where it lies."""

    target: Target
    choose: Choose
    where: str
    folder: Path

    def indexed(self, name: str, version: str, files: Iterable[File], *, index: str = "") -> Pin:
        """Return the pin of a package from an index: the wheel that fits the target best, else its sources.

        Raises ResolveError where there is neither, InputError for a wheel without sha256.
        """
        named = [file for file in files if file.name]
        wheels, archive = [], None
        for file in named:
            if file.name.endswith(".whl"):
                check_name(file.name, name, where=self.where)
                digest = sha256(file.hash, where=self.where, name=file.name)
                wheels.append(Wheel(file.name, file.url, digest))
            elif file.name.endswith(SOURCES):
                archive = sources(file.name, file.url, file.hash, None) or archive
        offer = Offer(name, version, tuple(wheels), len(wheels) < len(named), archive)
        wheel, sdist = take(offer, target=self.target, choose=self.choose, where=self.where)
        held = wheel or sdist
        assert held is not None  # noqa: S101 - `take` gives one of the two
        if not held.url:
            return Pin(name, version, (held.sha256,), index=index)
        return Pin(name, version, (held.sha256,), index=index, wheel=wheel, sdist=sdist)

    def repository(self, name: str, version: str, found: direct.Git, *, reference: str = "") -> Pin:
        """Return the pin of a repository at a commit; `reference` is the branch or tag that led to it.

        Raises InputError where the lock has no whole commit.
        """
        held = found.fixed
        if held is None:
            said = found.reference or "nothing"
            raise InputError(f"{name} is locked at {said!r}, no whole commit", where=self.where)
        named = "" if direct.is_commit(reference) else reference
        return Pin(name, version, (), repository=replace(held, reference=named))

    def place(self, name: str, version: str, address: str) -> Pin:
        """Return the pin of a folder, given relative to the lock; InputError where it may not be used."""
        return Pin(name, version, (), folder=direct.folder(address, self.folder, where=self.where))

    def is_folder(self, address: str) -> bool:
        """Say whether an address is that of a folder that is there."""
        if "://" in address and not address.startswith("file:"):
            return False
        text = unquote(urlsplit(address).path) if address.startswith("file:") else address
        return (self.folder / text).is_dir()

    def direct(
        self, name: str, version: str, address: str, files: Iterable[File], *, inside: str = ""
    ) -> Pin:
        """Return the pin of a wheel, or of the archive of sources, at a URL or a path.

        `inside` is the folder of an archive that is built. A hash may stand behind the URL. Raises
        ResolveError for anything else there, InputError for a file without sha256.
        """
        url, _, fragment = (address if "://" in address else location(address, self.folder)).partition("#")
        file = filename(url)
        held = {one.name: one.hash for one in files}
        given = held.get(file) or next((text for one, text in held.items() if one[-4:] == file[-4:]), "")
        if not given and (said := _SAID.search(fragment)):
            given = f"sha256:{said[1]}"
        if not given and url.startswith("file:"):
            given = _measured(url, where=self.where)
        if not given and file.endswith((*SOURCES, ".whl")):
            hint = f"write it behind the URL, as in {file}#sha256=…, and lock again"
            raise InputError(f"{file} has no sha256 hash", where=self.where, hint=hint)
        if not file.endswith(".whl"):
            sdist = sources(file, url, given, None)
            if sdist is None or not file.endswith(SOURCES):
                raise needs_build(name, version, "an archive of sources", address, where=self.where)
            inside = direct.subdirectory(inside, where=self.where)
            return Pin(name, version, (sdist.sha256,), sdist=replace(sdist, subdirectory=inside))
        check_name(file, name, where=self.where)
        digest = sha256(given, where=self.where, name=file)
        return Pin(name, version or file.split("-")[1], (digest,), wheel=Wheel(file, url, digest))


def _measured(url: str, *, where: str) -> str:
    """Return the hash of a file of the project: its bytes are what they are."""
    path = Path(unquote(urlsplit(url).path))
    try:
        with path.open("rb") as stream:
            return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
    except OSError as error:
        raise InputError(
            f"cannot be read: {(error.strerror or str(error)).lower()}", where=f"{where}: {path.name}"
        ) from error


def needs_build(name: str, version: str, kind: str, address: str, *, where: str) -> ResolveError:
    """Return the refusal of a package that is no wheel; `kind` says what it is."""
    subject = f"{name} {version}".strip()
    return ResolveError(
        f"{subject} is {kind} ({place(address)}), which would have to be built", where=where, hint=BUILD_HINT
    )


def place(address: str) -> str:
    """Return an address without user and password."""
    return re.sub(r"://[^/@\s]+@", "://", address)


def digests(hashes: Iterable[str], *, where: str, name: str) -> tuple[str, ...]:
    """Return the sha256 digests of `algorithm:hex` texts, sorted; InputError where there is none."""
    found = {text.partition(":")[2].lower() for text in hashes if text.startswith("sha256:")}
    held = tuple(sorted(text for text in found if re.fullmatch(r"[0-9a-f]{64}", text)))
    return held or (sha256(None, where=where, name=name),)


def expand(url: str, environ: Mapping[str, str]) -> str:
    """Return `url` with the variables `${NAME}` and `$NAME` that `environ` knows put in, quoted for a URL."""
    from urllib.parse import quote

    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InputError(f"{url[:80]!r} is no URL: {error}") from error

    def known(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        return quote(environ[name], safe="") if name in environ else match[0]

    variable = r"\$\{(\w+)\}|\$(\w+)"
    netloc = re.sub(variable, known, parts.netloc)
    rest = re.sub(variable, lambda match: environ.get(match[1] or match[2], match[0]), parts.path)
    return urlunsplit((parts.scheme, netloc, rest, parts.query, parts.fragment))


def source_url(sources: Sequence[Mapping[str, object]], name: str, environ: Mapping[str, str]) -> str:
    """Return the URL of the source called `name`, empty for the public index and for no such source."""
    for source in sources:
        if source.get("name") == name and canonicalize_name(name) != PUBLIC:
            url = source.get("url")
            if not isinstance(url, str):
                raise InputError(f"the source {name!r} has no url")
            return expand(url, environ)
    return ""
