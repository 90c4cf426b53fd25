"""The host's apt sources: which addresses it already fetches Debian from.

Both forms are read, one line an entry and deb822. Only entries count that apt itself would check
against a pinned Debian key, and that name a Debian suite; whatever cannot be read is passed over,
for a host's odd file must not stop a build. apt's own options are never inherited.
Spec: sources.list(5), apt-secure(8) of apt 3.0; apt-transport-mirror(1).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from bareboat.debian import stanza
from bareboat.errors import InputError

__all__ = ["Source", "read"]

_NAMES = "bullseye|bookworm|trixie|forky|duke|sid|stable|oldstable|oldoldstable|testing|unstable|experimental"
_SECURITY = re.compile(rf"(?:{_NAMES})(?:-security|/updates)(?:/.*)?")
_MAIN = re.compile(rf"(?:{_NAMES})(?:-updates|-backports|-proposed-updates)?/?")
_LINE = re.compile(r"deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<rest>.*)")
_SCHEMES = ("http", "https", "file")
_LIMIT = 1 << 20


class Source(Struct, frozen=True):
    """One address that the host fetches Debian's `main` or `security` archive from."""

    uri: str
    archive: str
    file: str


class _Entry(Struct, frozen=True):
    uris: tuple[str, ...]
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str
    file: str


def read(folder: Path, pinned: frozenset[str]) -> tuple[Source, ...]:
    """Return the addresses in `folder` (as /etc/apt), in apt's order, each once.

    `pinned` are the primary fingerprints of which an entry's keys must have one.
    """
    found: dict[Source, None] = {}
    trusted: dict[str, bool] = {}
    for entry in _entries(folder):
        if "main" not in entry.components:
            continue
        if entry.signed_by not in trusted:
            trusted[entry.signed_by] = _is_pinned(entry.signed_by, folder, pinned)
        if not trusted[entry.signed_by]:
            continue
        for suite in entry.suites:
            archive = _archive(suite)
            for uri in entry.uris if archive else ():
                for address in _addresses(uri):
                    found[Source(address, archive, entry.file)] = None
    return tuple(found)


def _entries(folder: Path) -> Iterator[_Entry]:
    parts = folder / "sources.list.d"
    try:
        names = sorted(parts.iterdir())
    except OSError:
        names = []
    for path in (folder / "sources.list", *names):
        # apt reads only these names; a file put aside (`.disabled`, `.save`) does not count.
        if re.fullmatch(r"[A-Za-z0-9_.-]+\.(?:list|sources)", path.name) is None:
            continue
        text = _bytes(path)
        if path.suffix == ".list":
            yield from _lines(text.decode(errors="replace"), path)
        else:
            yield from _stanzas(text, path)


def _lines(text: str, path: Path) -> Iterator[_Entry]:
    for line in text.splitlines():
        match = _LINE.fullmatch(line.partition("#")[0].strip())
        if match is None:
            continue
        options = dict(option.split("=", 1) for option in (match["options"] or "").split() if "=" in option)
        signed_by = options.get("signed-by", "").replace(",", " ")
        components = tuple(match["rest"].split())
        yield _Entry((match["uri"],), (match["suite"],), components, signed_by, str(path))


def _stanzas(text: bytes, path: Path) -> Iterator[_Entry]:
    for paragraph in stanza.split(re.sub(rb"\n[ \t]*(?=\n)", b"\n", text)):
        try:
            fields = stanza.fields(paragraph)
        except InputError:
            continue
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in {"no", "false", "off", "without", "disable", "0"}:
            continue
        yield _Entry(
            tuple(fields.get("uris", "").split()),
            tuple(fields.get("suites", "").split()),
            tuple(fields.get("components", "").split()),
            fields.get("signed-by", ""),
            str(path),
        )


def _archive(suite: str) -> str:
    if _SECURITY.fullmatch(suite):
        return "security"
    return "main" if _MAIN.fullmatch(suite) else ""


def _addresses(uri: str) -> Iterator[str]:
    """Yield `uri`, or what the list behind a `mirror+file:` holds, as far as we can fetch it."""
    scheme, _, rest = uri.partition(":")
    if scheme == "mirror+file":
        for line in _bytes(Path(unquote(urlsplit(rest).path))).decode(errors="replace").splitlines():
            words = line.partition("#")[0].split()
            if words and not words[0].startswith("mirror"):
                yield from _addresses(words[0])
    elif scheme == "copy":
        yield from _addresses(f"file:{rest}")
    elif scheme in _SCHEMES:
        yield uri.rstrip("/")


def _is_pinned(signed_by: str, folder: Path, pinned: frozenset[str]) -> bool:
    """Say whether one of the keys that `signed_by` names is pinned; the trusted folder if none is."""
    if "-----BEGIN PGP PUBLIC KEY BLOCK-----" in signed_by:
        return bool(_fingerprints(_armored(signed_by)) & pinned)
    files = []
    for word in signed_by.split():
        if word.startswith("/"):
            files.append(Path(word))
        elif word.rstrip("!").lower() in pinned:
            return True
    if not signed_by:
        files.append(folder / "trusted.gpg")
        parts = folder / "trusted.gpg.d"
        files.extend(sorted(path for path in parts.glob("*") if path.suffix in {".gpg", ".asc"}))
    return any(_fingerprints(_bytes(path)) & pinned for path in files)


def _fingerprints(keyring: bytes) -> frozenset[str]:
    if not keyring:
        return frozenset()
    import pysequoia

    try:
        return frozenset(cert.fingerprint.lower() for cert in pysequoia.Cert.split_bytes(keyring))
    except (RuntimeError, ValueError):
        return frozenset()


def _armored(text: str) -> bytes:
    """Return an embedded key block with its empty lines, which deb822 writes as a lone dot."""
    lines = ("" if line.strip() == "." else line.strip() for line in text.splitlines())
    return ("\n".join(lines).strip() + "\n").encode()


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LIMIT)
    except OSError:
        return b""
