"""Which package has the shared library that a program asks for by its soname.

First by name: Debian names a library's package after the soname, so a few guesses that exist
are checked against the files in the package itself. What is not found so is looked up in the
Contents index, and what that says is checked the same way: a mirror may show one that is older
than the packages.
Spec: Debian Policy 4.7, section 8.1; Debian repository format, "Contents" indices.
"""

import re
from collections.abc import Callable, Iterable

from bareboat.debian.contents import Table
from bareboat.debian.packages import Candidate, Pool

__all__ = ["Files", "find", "guesses"]

Files = Callable[[Candidate], Iterable[str]]
"""Lists the paths in a package, by fetching it."""

_TRIES = 3
_SONAME = re.compile(r"(?P<base>[A-Za-z0-9][A-Za-z0-9+_.-]*?)\.so(?:\.(?P<version>[0-9][A-Za-z0-9.+_-]*))?")
_VERSIONED = re.compile(r"(?P<base>[A-Za-z0-9][A-Za-z0-9+_.-]*?)-(?P<version>[0-9][0-9.]*)\.so")


def find(
    soname: str, pool: Pool, *, folders: tuple[str, ...], files: Files, contents: Callable[[], Table]
) -> str | None:
    """Return the package that has `soname` directly in one of `folders`, or None.

    `-lname` asks for any version of a library, as `find_library` does: libname.so.1. `folders` are
    those that the dynamic loader searches, as usr/lib/x86_64-linux-gnu, the most usual one first;
    `files` and `contents` are asked only as far as needed.
    """
    if soname.startswith("-l"):
        return _linked(soname[2:], pool, folders=folders, files=files, contents=contents)
    places = {f"{folder}/{soname}" for folder in folders}

    def has_it(name: str) -> bool:
        candidate = pool.find(name)
        return candidate is not None and any(path.lstrip("./") in places for path in files(candidate))

    found = next((name for name in guesses(soname) if has_it(name)), None)
    if found is not None:
        return found
    listed = contents().libraries(soname)
    direct = {package for path, package in listed if f"usr/{path}" in places}
    others = {package for _, package in listed} - direct  # behind an alternative: blas/libblas.so.3
    ranked = [*sorted(direct, key=_shortest), *sorted(others, key=_shortest)]
    return next((name for name in ranked[:_TRIES] if has_it(name)), None)


def _linked(
    name: str, pool: Pool, *, folders: tuple[str, ...], files: Files, contents: Callable[[], Table]
) -> str | None:
    """Return the package with the highest version of lib`name`, those for compiling left out."""
    stem = re.escape(name.lower().replace("_", "-"))
    place = re.compile(rf"(?:{'|'.join(map(re.escape, folders))})/lib{re.escape(name)}\.so\.[0-9][^/]*")
    named = [one for one in pool.names(rf"lib{stem}-?[0-9][0-9.]*(-[0-9]+)?(t64)?") if pool.find(one)]
    for one in sorted(named, key=_number, reverse=True)[:_TRIES]:
        candidate = pool.find(one)
        if candidate is not None and any(place.fullmatch(path.lstrip("./")) for path in files(candidate)):
            return one
    listed = contents().versions(name, folders[0].removeprefix("usr/"))
    for _, one in sorted(((_number(version), one) for version, one in listed), reverse=True)[:_TRIES]:
        candidate = pool.find(one)
        if candidate is not None and any(place.fullmatch(path.lstrip("./")) for path in files(candidate)):
            return one
    return None


def _shortest(name: str) -> tuple[int, str]:
    return len(name), name


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", text.removesuffix("t64")))


def guesses(soname: str) -> tuple[str, ...]:
    """Return the names that a package of `soname` may have, the likeliest first.

    libssl.so.3 → libssl3; libgdk_pixbuf-2.0.so.0 → libgdk-pixbuf-2.0-0; libglib-2.0.so.0 →
    libglib2.0-0t64, whose suffix marks the change to 64-bit times in trixie.
    """
    match = _SONAME.fullmatch(soname)
    if match is None:
        return ()
    base, version = match["base"], match["version"] or ""
    versioned = _VERSIONED.fullmatch(soname)
    if not version and versioned is not None:
        base, version = versioned["base"], versioned["version"]
    name = base.lower().replace("_", "-")
    found: dict[str, None] = {}
    for stem in (name, re.sub(r"-(?=[0-9])", "", name)):
        plain = [f"{stem}-{version}", f"{stem}{version}"]
        if not stem[-1].isdigit():
            plain.reverse()
        for guess in plain if version else [stem]:
            found[guess] = None
            found[f"{guess}t64"] = None
    return tuple(found)
