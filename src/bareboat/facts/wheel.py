"""What an installed wheel holds: what can be imported from it and what it asks of the system.

Read from the tree that `wheel.install` gives or from its copy in the store; nothing is run.
"""

import ast
import re
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from posixpath import basename, dirname

import msgspec

from bareboat.elf.read import read as read_elf
from bareboat.errors import BuildError, IntegrityError
from bareboat.target import PythonVersion
from bareboat.tree.content import Content
from bareboat.tree.entry import Entry, Kind
from bareboat.tree.tree import Tree
from bareboat.wheel.record import find_record

__all__ = ["WheelFacts", "decode", "encode", "needed", "read"]


@dataclass(frozen=True, slots=True)
class WheelFacts:
    """Facts of one wheel as installed; all tuples sorted, without duplicates.

    `size` is bytes uncompressed, `files` a number. `modules` are names that can be imported: the
    top-level ones, and below a namespace package the first that are none. `needed` are the sonames
    that no file of the wheel provides. `opened` are names given to find_library (`magic`) or to a
    function that opens a library (`libmagic.so.1`). `scripts` are commands on the PATH.
    """

    name: str
    version: str
    size: int
    files: int
    modules: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
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
    headers = Parser().parsestr(_bytes(metadata).decode("utf-8", "replace"), headersonly=True)
    return WheelFacts(
        name=str(headers["Name"]).strip(),
        version=str(headers["Version"]).strip(),
        size=tree.size,
        files=len(files),
        modules=tuple(sorted(set(_modules(files, site)))),
        needed=_needed(files),
        opened=tuple(sorted(set(_opened(files)))),
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


_OPENERS = {"find_library", "CDLL", "PyDLL", "LoadLibrary", "dlopen"}
_OPENER_WORDS = tuple(name.encode() for name in sorted(_OPENERS))
_FOREIGN = (".dll", ".dylib", ".exe")
_MAX_SOURCE = 8 << 20
_PARSING = threading.Lock()
"""Warnings are filtered for the whole process; parsing is brief."""


def _opened(files: list[Entry]) -> Iterator[str]:
    for entry in files:
        if not entry.path.endswith(".py") or entry.content is None or entry.size > _MAX_SOURCE:
            continue
        source = _source(entry.content)
        if source:
            yield from (name for name in _names(source) if name and not name.lower().endswith(_FOREIGN))


def _source(content: Content) -> bytes:
    """Return the bytes of a source that opens a library, else nothing."""
    source = b"".join(content.chunks())
    return source if any(word in source for word in _OPENER_WORDS) else b""


def _names(source: bytes) -> Iterator[str]:
    try:
        with _PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # no source for the Python that we run on: nothing is known of it
    constants: dict[str, str] = {}
    calls: list[ast.expr] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    constants[target.id] = node.value.value
        elif isinstance(node, ast.Call) and node.args and _called(node.func) in _OPENERS:
            calls.append(node.args[0])
    for argument in calls:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        elif isinstance(argument, ast.Name) and argument.id in constants:
            yield constants[argument.id]


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
