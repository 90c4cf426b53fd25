"""Which mirrors the two Debian archives are fetched from, and who said so.

For each of the two: a setting, else the environment, else the host's apt sources, else public
mirrors. Trust never comes from here: it comes from signatures.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from bareboat.debian import apt
from bareboat.debian.keys import PINNED
from bareboat.errors import InputError

__all__ = ["MAIN", "SECURITY", "SNAPSHOT", "Choice", "Mirrors", "mirrors"]

MAIN = "BAREBOAT_DEBIAN_MIRROR"
SECURITY = "BAREBOAT_DEBIAN_SECURITY_MIRROR"
SNAPSHOT = "BAREBOAT_DEBIAN_SNAPSHOT"

_HOSTS = ("https://cloudfront.debian.net", "https://mirrors.kernel.org")
_PUBLIC = {
    "main": tuple(f"{host}/debian" for host in _HOSTS),
    "security": tuple(f"{host}/debian-security" for host in _HOSTS),
}


class Choice(Struct, frozen=True):
    """The addresses of one archive, to be tried in order, and what they come from."""

    urls: tuple[str, ...]
    origin: str


class Mirrors(Struct, frozen=True):
    """Where both archives are fetched from; `snapshot` is where old packages are, if known."""

    main: Choice
    security: Choice
    snapshot: Choice = Choice((), "")

    def find(self, archive: str) -> Choice:
        """Return the addresses of `main` or `security`."""
        return self.security if archive == "security" else self.main


def mirrors(  # noqa: PLR0913 - one setting for each of three addresses
    environ: Mapping[str, str],
    *,
    apt_folder: Path,
    main: Sequence[str] = (),
    security: Sequence[str] = (),
    snapshot: Sequence[str] = (),
    pinned: frozenset[str] = frozenset(PINNED),
) -> Mirrors:
    """Return the mirrors by the rule above; `main`, `security`, `snapshot` are the settings' values.

    `apt_folder` is /etc/apt. Raises InputError for an address that cannot be one.
    """
    chosen = {
        "main": _given("main", main, environ, MAIN),
        "security": _given("security", security, environ, SECURITY),
    }
    if None in chosen.values():
        sources = apt.read(apt_folder, pinned)
        for archive, choice in chosen.items():
            chosen[archive] = choice or _host(archive, sources) or _public(archive)
    old = _given("snapshot", snapshot, environ, SNAPSHOT) or Choice((), "")
    return Mirrors(chosen["main"] or _public("main"), chosen["security"] or _public("security"), old)


def _given(archive: str, setting: Sequence[str], environ: Mapping[str, str], name: str) -> Choice | None:
    """Return what settings or environment say; several addresses are parted by white space."""
    if setting:
        return Choice(
            tuple(_checked(url, f"setting for the {archive} mirror") for url in setting), "settings"
        )
    value = environ.get(name, "").split()
    return Choice(tuple(_checked(url, name) for url in value), name) if value else None


def _host(archive: str, sources: tuple[apt.Source, ...]) -> Choice | None:
    found = [source for source in sources if source.archive == archive]
    urls = tuple(dict.fromkeys(source.uri for source in found))
    return Choice(urls, f"apt sources ({found[0].file})") if found else None


def _public(archive: str) -> Choice:
    return Choice(_PUBLIC[archive], "public mirrors")


def _checked(url: str, where: str) -> str:
    try:
        parts = urlsplit(url)
        is_address = (parts.scheme in {"http", "https"} and parts.hostname) or (
            parts.scheme == "file" and parts.path.startswith("/")
        )
    except ValueError:
        is_address = False
    if not is_address or not re.fullmatch(r"[!-~]+", url) or parts.query or parts.fragment:
        shown = re.sub(r"//[^/@]*@", "//…@", url)[:80]
        raise InputError(
            f"not the address of a mirror: {shown!r}",
            where=where,
            hint=f"write it as in {MAIN}={_PUBLIC['main'][0]}",
        )
    return url.rstrip("/")
