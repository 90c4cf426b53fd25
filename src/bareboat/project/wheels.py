"""One wheel picked out of those that a lock offers: what every lock reader ends with."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import canonicalize_name, parse_wheel_filename

from bareboat.errors import InputError, ResolveError
from bareboat.lock import Sdist, Wheel
from bareboat.target import Target

__all__ = ["Choose", "Offer", "check_name", "filename", "location", "pick", "sha256", "sources", "take"]

Choose = Callable[[Sequence[str]], str | None]
"""Return the best of some wheel file names for the target, None where none fits."""

BUILD_HINT = "wheels only for now: pin a version that has one, or point an index at a wheel built elsewhere"


class Offer(Struct, frozen=True):
    """What a lock offers for one package: its wheels, whether it has sources too, and where they are."""

    name: str
    version: str
    wheels: tuple[Wheel, ...]
    has_sdist: bool = False
    sdist: Sdist | None = None


def filename(url: str) -> str:
    """Return the file name that a URL or path ends in, percent escapes decoded; InputError for no URL."""
    try:
        path = urlsplit(url).path if "://" in url else url.replace("\\", "/")
    except ValueError as error:
        raise InputError(f"{url[:80]!r} is no URL: {error}") from error
    return unquote(path.rpartition("/")[2])


def location(path: str, folder: Path) -> str:
    """Return the `file:` URL of a path that a lock gives relative to its own folder.

    Raises InputError for what no file system has.
    """
    try:
        return (folder / path).resolve().as_uri()
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"no path: {path[:200]!r}", where=str(folder)) from error


def check_name(name: str, package: str, *, where: str) -> None:
    """Raise InputError unless `name` is a wheel's file name and the wheel is of `package`."""
    try:
        found = parse_wheel_filename(name)[0]
    except ValueError as error:
        raise InputError(f"{name!r} is no wheel file name", where=where) from error
    if found != canonicalize_name(package):
        raise InputError(f"{name!r} is offered as a wheel of {package}", where=where)


def sha256(hashes: Mapping[str, str] | str | None, *, where: str, name: str) -> str:
    """Return the sha256 in hex of a hash table or of `sha256:<hex>`.

    Raises InputError where there is none: a lock without hashes decides nothing.
    """
    if isinstance(hashes, str):
        algorithm, _, digest = hashes.partition(":")
        hashes = {algorithm: digest}
    found = (hashes or {}).get("sha256", "").lower()
    if re.fullmatch(r"[0-9a-f]{64}", found) is None:
        raise InputError(
            f"{name} has no sha256 hash",
            where=where,
            hint="lock again from an index that gives sha256 hashes",
        )
    return found


def sources(name: str, url: str, hashes: Mapping[str, str] | str | None, size: int | None) -> Sdist | None:
    """Return sources that a lock offers; None where they have no sha256, for then they cannot be used."""
    with suppress(InputError):
        return Sdist(name, url, sha256(hashes, where=name, name=name), size)
    return None


def pick(offer: Offer, *, target: Target, choose: Choose, where: str) -> Wheel:
    """Return the wheel that fits the target best.

    Raises ResolveError, naming the package, where none does or where only sources are there.
    """
    by_name = {wheel.filename: wheel for wheel in offer.wheels}
    best = choose(tuple(by_name))
    if best is not None:
        return by_name[best]
    subject = f"{offer.name} {offer.version}".strip()
    if not offer.wheels:
        raise ResolveError(f"{subject} has no wheel, only sources", where=where, hint=BUILD_HINT)
    machine = f"CPython {target.python} on {target.arch} with glibc {target.glibc[0]}.{target.glibc[1]}"
    raise ResolveError(
        f"{subject} has no wheel for {machine} ({len(by_name)} for others)",
        where=where,
        hint=BUILD_HINT if offer.has_sdist else "choose another Python or platform, or another version of it",
    )


def take(
    offer: Offer, *, target: Target, choose: Choose, where: str
) -> tuple[Wheel, None] | tuple[None, Sdist]:
    """Return the wheel that fits the target best, else the sources to build one from.

    Raises ResolveError as `pick` does where there is neither.
    """
    if offer.sdist is not None and choose([wheel.filename for wheel in offer.wheels]) is None:
        return None, replace(offer.sdist, others=tuple(sorted(wheel.filename for wheel in offer.wheels)))
    return pick(offer, target=target, choose=choose, where=where), None
