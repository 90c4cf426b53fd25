"""What a comparison found, as values; their JSON is the document of `bareboat compare --json`.

Sizes are bytes, times are seconds. A cell that could not be filled is None, and `missing` says why.
A field is never renamed or dropped within a version of the document; new fields may come.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from bareboat.errors import InputError

__all__ = [
    "NATIVE",
    "VERSION",
    "Base",
    "Comparison",
    "Contents",
    "Dependency",
    "Machine",
    "Row",
    "document",
    "read",
    "schema",
]

VERSION = "bareboat.compare/1"
NATIVE = "native"
"""The name of the row for the image that bareboat builds by itself."""


class Machine(Struct, frozen=True):
    """What the figures were measured on."""

    processor: str
    cores: int
    memory: int
    system: str
    kernel: str


class Base(Struct, frozen=True):
    """An image that forms build from: its size in the engine, uncompressed, None where it is not there."""

    name: str
    size: int | None = None


class Dependency(Struct, frozen=True):
    """The changed dependency; without a name there is none, and `why` says why."""

    name: str = ""
    before: str = ""
    after: str = ""
    why: str = ""


class Contents(Struct, frozen=True):
    """What is in an image.

    `compressed` is all layers under one compressor, whatever the engine stores. `python` and
    `system` count distributions and packages that a scanner finds.
    """

    uncompressed: int
    compressed: int
    layers: int
    system: int
    python: int
    shells: tuple[str, ...] = ()
    user: str = ""

    @property
    def packages(self) -> int:
        """All that a scanner would look up."""
        return self.system + self.python


class Row(Struct, frozen=True):
    """One form; with `failure` nothing else is filled. `missing` has a reason by the name of a field."""

    form: str
    title: str = ""
    when: str = ""
    is_baseline: bool = False
    failure: str = ""
    contents: Contents | None = None
    cold: float | None = None
    source: float | None = None
    dependency: float | None = None
    pushed_source: int | None = None
    pushed_dependency: int | None = None
    healthy: float | None = None
    missing: Mapping[str, str] = field(default_factory=dict)


class Comparison(Struct, frozen=True):
    """All rows and what they were measured with; `unfitting` has the reason against each other form."""

    schema: str
    project: str
    machine: Machine
    engine: str
    tools: Mapping[str, str]
    repeat: int
    compressor: str
    meaning: Mapping[str, str]
    bases: tuple[Base, ...]
    source: str
    dependency: Dependency
    rows: tuple[Row, ...]
    unfitting: Mapping[str, str]
    notes: tuple[str, ...] = ()


def document(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON values."""
    made: dict[str, Any] = msgspec.to_builtins(comparison)
    return made


def read(text: bytes, *, where: str) -> Comparison:
    """Return the comparison that a document holds; InputError for any other text."""
    try:
        found = msgspec.json.decode(text, type=Comparison)
    except msgspec.DecodeError as error:
        raise InputError(f"no comparison: {error}", where=where) from error
    if found.schema != VERSION:
        raise InputError(f"a document of {found.schema!r}, not of {VERSION!r}", where=where)
    return found


def schema() -> dict[str, Any]:
    """Return the JSON schema of the document."""
    made = msgspec.json.schema(Comparison)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": VERSION, **made}
