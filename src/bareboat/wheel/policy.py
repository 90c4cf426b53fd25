"""What of a wheel does not go into an image, each member with its reason.

What stays, on purpose: licences and the rest of dist-info (scanners and lawyers read them), stubs
(`.pyi`: lazy_loader reads them at run time), headers (NVRTC, Triton and cffi compile against them at
run time), and every public module even when it is called `testing`.

Decided from the wheel's bytes alone, by words and not by syntax tree: a tree would depend on the
version of the Python that bareboat runs on, and so would the layer's digest.
"""

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname

from bareboat.wheel.archive import Member
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
_NO_EVIDENCE = frozenset({"conftest.py", "setup.py"})
"""Files that name test folders and are no part of a running application."""


def dropped(wheel: WheelFile) -> dict[str, str]:
    """Return the names of the members that stay out of an image, each with the reason."""
    names = {member.name for member in wheel.members}
    found: dict[str, str] = {}
    folders = tuple(f"{folder}/" for folder in _test_folders(wheel))
    for name in names:
        folder, base = dirname(name), basename(name)
        if folder == wheel.dist_info and base in _DIST_INFO:
            found[name] = _DIST_INFO[base]
        elif _is_bytecode(name, names):
            found[name] = _BYTECODE
        elif name.startswith(folders):
            found[name] = _TESTS
    return dict(sorted(found.items()))


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
        for mention in _mentions(source, package.replace("/", ".")):
            needed.update(
                folder
                for folder in candidates
                if _names(mention, folder.replace("/", "."), package.replace("/", "."))
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


_IMPORT = re.compile(
    r"(?:^|[;:])[ \t]*(?:from[ \t]+(?P<source>\.*[ \t]*[\w.]*)[ \t]+import[ \t]*"
    r"(?P<names>\([^)]*\)|[^\n#;]*)|import[ \t]+(?P<modules>[^\n#;]*))",
    re.MULTILINE,
)
_WORD = re.compile(r"(?<=[\"'/.])tests(?=[\"'/.])|(?<![\w./])tests(?=[/.]\w)")
_AROUND = re.compile(r"[\w./]*$")


def _mentions(source: str, package: str) -> Iterator[str]:
    """Yield dotted names with a part `tests`: what is imported, absolute, and what strings spell.

    A name from a string starts with `?`: it may be relative to anything.
    """
    for match in _IMPORT.finditer(source):
        if match["modules"] is not None:
            imported = [part.split(" as ")[0].strip() for part in match["modules"].split(",")]
        else:
            base = _absolute(match["source"].replace(" ", ""), package)
            names = (
                part.split()[:1] for part in re.sub(r"#[^\n]*", "", match["names"]).strip("()").split(",")
            )
            imported = [f"{base}.{name[0]}" for name in names if name]
        yield from (name for name in imported if "tests" in name.split("."))
    for match in _WORD.finditer(source):
        before = _AROUND.search(source, max(0, match.start() - 200), match.start())
        spelled = before[0].replace("/", ".").strip(".") if before else ""
        yield f"?{spelled}.tests" if spelled else "?tests"


def _absolute(source: str, package: str) -> str:
    dots = len(source) - len(source.lstrip("."))
    if not dots:
        return source
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - dots + 1], source.lstrip(".")]).strip(".")


def _names(mention: str, folder: str, package: str) -> bool:
    """Say whether `mention`, made in a file of `package`, may mean the dotted `folder`."""
    if mention == "?tests":
        return folder == f"{package}.tests"
    if mention.startswith("?"):
        return f".{folder}".endswith(f".{mention[1:]}")
    return f"{mention}.".startswith(f"{folder}.")
