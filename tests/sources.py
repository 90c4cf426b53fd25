"""The source files of bareboat as syntax trees, for the tests that hold the repository together."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "SOURCE", "Module", "modules"]

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"


@dataclass(frozen=True, slots=True)
class Module:
    """One source file: its dotted name, where it lies, and its tree."""

    name: str
    file: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        """The folder below `bareboat`, or the module's own name at the top."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else ""

    @property
    def is_package(self) -> bool:
        return self.file.name == "__init__.py"

    @property
    def shown(self) -> str:
        return str(self.file.relative_to(ROOT)) if self.file.is_relative_to(ROOT) else str(self.file)


def module(file: Path, source: Path = SOURCE) -> Module:
    parts = list(file.relative_to(source).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return Module(".".join(parts), file, ast.parse(file.read_bytes(), filename=str(file)))


def modules(source: Path = SOURCE) -> Iterator[Module]:
    """Yield every module of bareboat, by name."""
    for file in sorted((source / "bareboat").rglob("*.py")):
        yield module(file, source)
