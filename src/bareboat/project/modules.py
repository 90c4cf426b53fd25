"""The application's Python files as syntax trees, with the module name that each has when it runs.

Nothing is imported or run. Which folder is on the path is read off the imports themselves: a
file that says `from app.core import x` works where `app/` is found.
"""

import ast
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bareboat.errors import BareboatError
from bareboat.project.fact import Fact
from bareboat.project.files import File, Files

__all__ = ["Module", "Modules", "read", "statements"]

LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """One file: `root` is the folder that must be on the path, `name` the dotted name below it.

    `imports` maps each name bound by an import anywhere in the file to its absolute dotted name.
    """

    path: str
    root: str
    name: str
    tree: ast.Module
    imports: dict[str, str]

    @property
    def is_package(self) -> bool:
        """Whether the file is an `__init__.py`."""
        return self.path.rpartition("/")[2] == "__init__.py"

    def where(self, node: ast.AST) -> str:
        """Return `path:line` of a node."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def resolve(self, node: ast.AST) -> str:
        """Return the absolute dotted name of a Name or Attribute, empty for anything else."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, f"{self.name}.{node.id}" if self.name else node.id)
        if isinstance(node, ast.Attribute):
            base = self.resolve(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""


@dataclass(frozen=True, slots=True)
class Modules:
    """All files that could be read, by path; `unread` are the others, each with its reason."""

    by_path: dict[str, Module] = field(default_factory=dict)
    unread: tuple[Fact[str], ...] = ()

    def __iter__(self) -> Iterator[Module]:
        return iter(self.by_path.values())

    def named(self) -> dict[str, Module]:
        """Return the modules by name; where two share one, that nearer to the folder's root wins."""
        found: dict[str, Module] = {}
        for module in sorted(self, key=lambda module: (module.path.count("/"), module.path)):
            found.setdefault(module.name, module)
        return found


def read(files: Files, *, src: Iterable[str] = ("src",)) -> Modules:
    """Return the modules of the files; a file with a syntax error is noted and passed over.

    `src` are folders that hold packages by convention when the imports do not tell.
    """
    trees: dict[str, ast.Module] = {}
    unread: list[Fact[str]] = []
    for entry in files:
        if not entry.path.endswith(".py") or entry.link:
            continue
        try:
            trees[entry.path] = _parse(entry)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None) or 1
            unread.append(Fact(f"not Python that can be read: {_reason(error)}", f"{entry.path}:{line}"))
        except BareboatError as error:
            unread.append(Fact(error.message, entry.path))
    return Modules(_named(trees, tuple(src)), tuple(unread))


def _reason(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return " ".join((text or type(error).__name__).split()).rstrip(".").lower()


def _parse(entry: File) -> ast.Module:
    content = entry.content()
    if content.size > LIMIT:
        raise ValueError(f"larger than {LIMIT} bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(b"".join(content.chunks()), filename=entry.path)


def _named(trees: dict[str, ast.Module], src: tuple[str, ...]) -> dict[str, Module]:
    tops = _tops(trees)
    votes = {path: _votes(tree, path, tops) for path, tree in trees.items()}
    found = {}
    for path, tree in trees.items():
        root = _root(path, votes, src)
        name = _dotted(path, root)
        is_package = path.rpartition("/")[2] == "__init__.py"
        found[path] = Module(path, root, name, tree, _imports(tree, name, is_package=is_package))
    return found


def _tops(trees: Iterable[str]) -> set[str]:
    """Return every importable place: `a/b` for `a/b.py`, and each folder that holds Python files."""
    found = set()
    for path in trees:
        stem = path.removesuffix(".py")
        if not stem.endswith("/__init__"):
            found.add(stem)
        while "/" in stem:
            stem = stem.rpartition("/")[0]
            found.add(stem)
    return found


def _ancestors(path: str) -> list[str]:
    """Return the folders above a file, the project's own (`""`) first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(len(parts) + 1)]


def _votes(tree: ast.Module, path: str, tops: set[str]) -> dict[str, int]:
    """Return how many imports of the file each folder above it would satisfy."""
    found: dict[str, int] = {}
    folders = _ancestors(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            for folder in folders[len(folders) - node.level :]:
                found[folder] = found.get(folder, 0) - 1000
            continue
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            if name.partition(".")[0] in sys.stdlib_module_names:
                continue
            for folder in folders:
                place = name.replace(".", "/")
                if (f"{folder}/{place}" if folder else place) in tops:
                    found[folder] = found.get(folder, 0) + 1
    return found


def _root(path: str, votes: dict[str, dict[str, int]], src: tuple[str, ...]) -> str:
    """Return the folder to put on the path for a file: own votes, then its neighbours', then custom."""
    folders = _ancestors(path)
    own = votes[path]
    allowed = [folder for folder in folders if own.get(folder, 0) >= 0]
    if not allowed:
        return ""
    best = max(allowed, key=lambda folder: (own.get(folder, 0), -len(folder)))
    if own.get(best, 0) > 0:
        return best
    together: dict[str, int] = {}
    for other, given in votes.items():
        for folder, count in given.items():
            if folder in allowed and other.startswith(f"{folder}/" if folder else ""):
                together[folder] = together.get(folder, 0) + max(count, 0)
    if together and max(together.values()) > 0:
        return max(allowed, key=lambda folder: (together.get(folder, 0), -len(folder)))
    for folder in src:
        if folder in allowed and path.startswith(f"{folder}/"):
            is_package = path.count("/") > folder.count("/") + 1
            if is_package and f"{folder}/__init__.py" not in votes:
                return folder
    return allowed[0]


def _dotted(path: str, root: str) -> str:
    below = path.removeprefix(f"{root}/") if root else path
    return below.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imports(tree: ast.Module, name: str, *, is_package: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    package = name if is_package else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                found[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".") if package else []
                kept = parts[: len(parts) - (node.level - 1)]
                base = ".".join([*kept, *([node.module] if node.module else [])])
            for alias in node.names:
                if alias.name != "*":
                    found[alias.asname or alias.name] = f"{base}.{alias.name}" if base else alias.name
    return found


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a body in order, those inside `if`, `try`, `with` and loops too."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.For, ast.While, ast.With, ast.AsyncWith, ast.AsyncFor, ast.Try)):
            yield from statements(node.body)
            yield from statements(getattr(node, "orelse", ()))
            for handler in getattr(node, "handlers", ()):
                yield from statements(handler.body)
            yield from statements(getattr(node, "finalbody", ()))
