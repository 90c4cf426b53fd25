"""What of a wheel does not go into an image, each member with its reason.

What stays, on purpose: licences and the rest of dist-info (scanners and lawyers read them), stubs
(`.pyi`: lazy_loader reads them at run time), headers (NVRTC, Triton and cffi compile against them at
run time), and every public module even when it is called `testing`.

Decided from the wheel's bytes alone, by words and not by syntax tree: a tree would depend on the
version of the Python that bareboat runs on, and so would the layer's digest.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from posixpath import basename, dirname

from bareboat.wheel.archive import Member
from bareboat.wheel.mentions import means, mentions
from bareboat.wheel.read import WheelFile

__all__ = ["VERSION", "dropped"]

VERSION = 1
"""Part of every layer's key; raise it when a wheel may lose other members than before."""

_DIST_INFO: Mapping[str, str] = {
    "RECORD": "written anew",
    "RECORD.jws": "signs the RECORD that is written anew",
    "RECORD.p7s": "signs the RECORD that is written anew",
    "INSTALLER": "written anew",
    "REQUESTED": "depends on the project, a layer on its wheel alone",
    "direct_url.json": "no wheel may ship it, and where the wheel came from stays out of the image",
    "uv_cache.json": "another installer's bookkeeping",
    "uv_build.json": "another installer's bookkeeping",
}
_BYTECODE = "compiled by another interpreter; ours replaces it"
_TESTS = "the package's own tests, which nothing else in the wheel names"
_CATALOGUE = "source of the compiled catalogue beside it"
_CYTHON = "source of the extension module beside it"
_REVIEWED: Mapping[str, tuple[tuple[str, str], ...]] = {
    # Read in greenlet 3.5: one extension module made of these; greenlet.h is its public API and stays.
    "greenlet": tuple(
        (f"greenlet/{pattern}", "source of greenlet._greenlet")
        for pattern in ("*.cpp", "*.hpp", "slp_platformselect.h", "platform/switch_*", "platform/*.cmd")
    ),
    # Read in tornado 6.6: named in examples of docstrings only; tornado.testing is public and stays.
    "tornado": (("tornado/test/*", _TESTS),),
    # Read in uvloop 0.23: all of them are included by loop.pyx, which is compiled to uvloop.loop.
    "uvloop": (("uvloop/*.pyx", "source of uvloop.loop"), ("uvloop/*.pxi", "source of uvloop.loop")),
}
"""Folders and files that were read by us, by normalised project name and pattern."""
_NO_EVIDENCE = frozenset({"conftest.py", "setup.py"})
"""Files that name test folders and are no part of a running application."""


def dropped(wheel: WheelFile) -> dict[str, str]:
    """Return the names of the members that stay out of an image, each with the reason."""
    names = {member.name for member in wheel.members}
    reviewed = _REVIEWED.get(wheel.name, ())
    folders = tuple(f"{folder}/" for folder in _test_folders(wheel))
    extensions = {_stem(name) for name in names if name.endswith(".so")}
    found: dict[str, str] = {}
    for name in sorted(names):
        folder, base = dirname(name), basename(name)
        if folder == wheel.dist_info and base in _DIST_INFO:
            found[name] = _DIST_INFO[base]
        elif _is_bytecode(name, names):
            found[name] = _BYTECODE
        elif name.startswith(folders):
            found[name] = _TESTS
        elif name.endswith(".po") and f"{name[:-3]}.mo" in names:
            found[name] = _CATALOGUE
        elif name.endswith(".pyx") and _stem(name) in extensions:
            found[name] = _CYTHON
        else:
            found.update((name, reason) for pattern, reason in reviewed if fnmatchcase(name, pattern))
    return found


def _stem(name: str) -> str:
    """Return the path without what follows the first dot of its last part."""
    folder, slash, base = name.rpartition("/")
    return f"{folder}{slash}{base.partition('.')[0]}"


def _is_bytecode(name: str, names: set[str]) -> bool:
    """Say whether `name` is bytecode that its source makes superfluous.

    A .pyc beside its package without a source is a module of its own, and stays.
    """
    if basename(dirname(name)) == "__pycache__":
        return True
    return name.endswith((".pyc", ".pyo")) and name[:-1] in names


def _test_folders(wheel: WheelFile) -> tuple[str, ...]:
    """Return the `tests` packages below a package that nothing outside of them names."""
    candidates = sorted(
        {
            folder
            for member in wheel.members
            if (folder := _test_folder(member.name)) is not None
            and not folder.startswith((wheel.data_prefix, f"{wheel.dist_info}/"))
        }
    )
    if not candidates:
        return ()
    needed: set[str] = set()
    for member, source in _evidence(wheel, candidates):
        package = dirname(member.name)
        for mention in mentions(source, package.replace("/", ".")):
            needed.update(
                folder
                for folder in candidates
                if means(mention, folder.replace("/", "."), package.replace("/", "."))
            )
    return tuple(folder for folder in candidates if folder not in needed)


def _test_folder(name: str) -> str | None:
    """Return the outermost folder `tests` above a Python file that lies in a package, or None."""
    parts = name.split("/")
    if not name.endswith(".py") or "tests" not in parts[1:-1]:
        return None
    return "/".join(parts[: parts.index("tests", 1) + 1])


def _evidence(wheel: WheelFile, candidates: list[str]) -> Iterator[tuple[Member, str]]:
    folders = tuple(f"{folder}/" for folder in candidates)
    for member in wheel.members:
        is_source = member.name.endswith(".py") and basename(member.name) not in _NO_EVIDENCE
        if member.name.startswith(folders) or not (is_source or basename(member.name) == "entry_points.txt"):
            continue
        source = b"".join(member.chunks())
        if b"tests" in source:
            yield member, source.decode("utf-8", "replace").replace("\\\n", " ")
