"""What an installed wheel holds: what can be imported from it and what it asks of the system.

Read from the tree that `wheel.install` gives or from its copy in the store; nothing is run.
"""

import re
from collections.abc import Iterator
from posixpath import basename, dirname

import msgspec
from msgspec import Struct

from bareboat.elf.read import read as read_elf
from bareboat.errors import BuildError, IntegrityError
from bareboat.facts import opened as opening
from bareboat.facts.opened import Opened
from bareboat.facts.sources import sources
from bareboat.target import PythonVersion
from bareboat.tree.entry import Entry, Kind
from bareboat.tree.tree import Tree
from bareboat.wheel.record import find_record

__all__ = ["WheelFacts", "decode", "encode", "needed", "opened", "read"]


class WheelFacts(Struct, frozen=True):
    """Facts of one wheel as installed; all tuples sorted, without duplicates.

    `size` is bytes uncompressed, `files` a number. `modules` are names that can be imported: the
    top-level ones, and below a namespace package the first that are none. `needed` are the sonames
    that no file of the wheel provides, `opened` the libraries that its code opens by name and that
    it does not bring, `bundled` the file names of those that it brings. `scripts` are commands on
    the PATH.
    """

    name: str
    version: str
    size: int
    files: int
    modules: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    opened: tuple[Opened, ...] = ()
    bundled: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    requires_python: str = ""
    requires: tuple[str, ...] = ()


def encode(facts: WheelFacts) -> bytes:
    """Return `facts` as JSON, the same bytes for the same facts."""
    return msgspec.json.encode(facts)


def decode(data: bytes) -> WheelFacts:
    """Read what `encode` wrote; IntegrityError for anything else."""
    try:
        return msgspec.json.decode(data, type=WheelFacts)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise IntegrityError(f"stored facts of a wheel cannot be read: {error}") from error


def read(tree: Tree) -> WheelFacts:
    """Return the facts of the one wheel in `tree`; reads metadata, ELF headers and some sources.

    Raises BuildError where `tree` holds no wheel.
    """
    record = find_record(tree)
    metadata = tree.find(f"{dirname(record.path)}/METADATA") if record is not None else None
    if metadata is None:
        raise BuildError("a tree without RECORD and METADATA is no installed wheel")
    files = [entry for entry in tree if entry.kind is Kind.FILE]
    site = dirname(dirname(metadata.path))
    prefix = site.partition("/lib/")[0]
    from email.parser import Parser  # a build whose wheels are known reads none

    headers = Parser().parsestr(_bytes(metadata).decode("utf-8", "replace"), headersonly=True)
    return WheelFacts(
        name=str(headers["Name"]).strip(),
        version=str(headers["Version"]).strip(),
        size=tree.size,
        files=len(files),
        modules=tuple(sorted(set(_modules(files, site)))),
        needed=_needed(files),
        opened=opened(tree),
        bundled=tuple(sorted(set(_bundled(files)))),
        scripts=tuple(sorted(basename(each.path) for each in files if dirname(each.path) == f"{prefix}/bin")),
        requires_python=str(headers["Requires-Python"] or "").strip(),
        requires=tuple(sorted({str(each).strip() for each in headers.get_all("Requires-Dist") or ()})),
    )


def _bytes(entry: Entry) -> bytes:
    return b"".join(entry.content.chunks()) if entry.content is not None else b""


def _modules(files: list[Entry], site: str) -> Iterator[str]:
    """Yield what can be imported: in each folder with `__init__` it, else what it holds."""
    suffix = _suffix(site)
    found: set[tuple[str, ...]] = set()
    for entry in files:
        if not entry.path.startswith(f"{site}/"):
            continue
        *folders, last = entry.path.removeprefix(f"{site}/").split("/")
        stem = suffix.sub("", last)
        parts = (*folders, stem)
        if stem != last and all(part.isidentifier() for part in parts):
            found.add(parts)
    packages = {parts[:-1] for parts in found if parts[-1] == "__init__" and len(parts) > 1}
    for parts in found:
        whole = (*parts[:-1], *(() if parts[-1] == "__init__" else parts[-1:]))
        if whole:
            depth = next((at for at in range(1, len(whole)) if whole[:at] in packages), len(whole))
            yield ".".join(whole[:depth])


def _suffix(site: str) -> re.Pattern[str]:
    """Return what ends a module's file name for the Python that `site` belongs to.

    Spec: PEP 3149 (tags of extension modules), importlib's EXTENSION_SUFFIXES.
    """
    match = re.search(r"/python(\d+\.\d+)/", f"{site}/")
    tag = PythonVersion.parse(match[1]).tag if match else r"\d+"
    return re.compile(rf"(\.py|\.pyc|\.cpython-{tag}(-[\w-]+-linux-gnu)?\.so|\.abi3\.so|\.so)$")


_NO_PROGRAM = (".py", ".pyi", ".pyc", ".txt", ".md", ".rst", ".json", ".h", ".js", ".css", ".html")


def needed(tree: Tree) -> tuple[str, ...]:
    """Return the sonames that ELF files of `tree` want and that none of its files provides."""
    return _needed([entry for entry in tree if entry.kind is Kind.FILE])


def _needed(files: list[Entry]) -> tuple[str, ...]:
    provided = {basename(entry.path) for entry in files}
    needed: set[str] = set()
    for entry in files:
        if entry.content is None or entry.path.endswith(_NO_PROGRAM):
            continue
        elf = read_elf(entry.content)
        if elf is not None:
            needed.update(elf.needed)
            provided.add(elf.soname)
    return tuple(sorted(needed - provided))


def opened(tree: Tree) -> tuple[Opened, ...]:
    """Return the libraries that Python files of `tree` open by name and that none of its files is.

    A file counts whose name begins with the library's: wheels bring `libsndfile_x86_64.so`, and
    tools that repair wheels call `libzbar.so.0` `libzbar-1a2b3c4d.so.0.3`.
    """
    held = [basename(entry.path) for entry in tree if entry.kind is Kind.FILE and ".so" in entry.path]
    return tuple(
        one for one in opening.read(sources(tree)) if not any(_is_there(name, held) for name in one.names)
    )


def _is_there(name: str, held: list[str]) -> bool:
    stem = f"lib{name[2:]}" if name.startswith("-l") else name.partition(".so")[0]
    return any(re.match(rf"{re.escape(stem)}[-._]", file) for file in held)


def _bundled(files: list[Entry]) -> Iterator[str]:
    for entry in files:
        name = basename(entry.path)
        if re.fullmatch(r"lib.+\.so(\.[\w.]+)?", name):
            yield name
