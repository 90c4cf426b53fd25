"""The application's Python files as syntax trees, with the module name that each has when it runs.

Nothing is imported or run. Which folder is on the path is read off the imports themselves: a
file that says `from app.core import x` works where `app/` is found.
"""

import ast
import sys
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from bareboat.errors import BareboatError
from bareboat.project import tolerant
from bareboat.project.fact import Fact
from bareboat.project.files import File, Files

__all__ = ["Module", "Modules", "is_aside", "read", "statements"]

LIMIT = 4 * 1024 * 1024
ASIDE = frozenset({
    "alembic", "bench", "benchmark", "benchmarks", "demo", "demos", "doc", "docs", "docs_src", "e2e",
    "example", "examples", "fixtures", "locust", "migrations", "mocks", "notebooks", "playground",
    "sample", "samples", "script", "scripts", "stubs", "test", "testing", "tests", "tools", "tutorial",
    "tutorials", "versions",
})  # fmt: skip
"""Folders of things beside the application."""

KEPT = (
    ast.Call,
    ast.ClassDef,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Import,
    ast.ImportFrom,
    ast.Subscript,
)


class Module(Struct, frozen=True, eq=False):
    """One file: `root` is the folder that must be on the path, `name` the dotted name below it.

    `imports` maps each name bound by an import anywhere in the file to its absolute dotted name;
    `stars` are the modules that it imports everything from. `nodes` are the calls, definitions,
    imports and subscripts of the whole tree.
    """

    path: str
    root: str
    name: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    imports: dict[str, str]
    stars: tuple[str, ...] = ()

    @property
    def packages(self) -> frozenset[str]:
        """The top-level packages that it imports anything from."""
        return frozenset(
            name.partition(".")[0] for name in (*self.imports.values(), *self.stars, *self.loaded)
        )

    @property
    def loaded(self) -> tuple[str, ...]:
        """The dotted names of its `import a.b.c` statements."""
        return tuple(
            alias.name for node in self.nodes if isinstance(node, ast.Import) for alias in node.names
        )

    @property
    def is_aside(self) -> bool:
        """Whether the file lies among tests, documentation, examples or tools."""
        return is_aside(self.path)

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


class Modules(Struct, frozen=True):
    """All files that could be read, by path; `unread` tells what could not, and why."""

    by_path: dict[str, Module] = field(default_factory=dict)
    unread: tuple[Fact[str], ...] = ()

    def __iter__(self) -> Iterator[Module]:
        return iter(self.by_path.values())

    def named(self) -> dict[str, Module]:
        """Return the modules by name; where two share one, that nearer to the folder's root wins.

        A module is found by the tail of its path too, where no other has the same tail.
        """
        found: dict[str, Module] = {}
        tails: dict[str, list[Module]] = {}
        for module in sorted(self, key=lambda module: (module.path.count("/"), module.path)):
            found.setdefault(module.name, module)
            parts = _dotted(module.path, "").split(".")
            for depth in range(len(parts)):
                tails.setdefault(".".join(parts[depth:]), []).append(module)
        return {name: held[0] for name, held in tails.items() if len(held) == 1} | found

    def reached(self, path: str) -> frozenset[str]:
        """Return the paths of a file and of all files that it imports, directly or through others."""
        by_name = self.named()
        found: set[str] = set()
        pending = [path] if path in self.by_path else []
        while pending:
            place = pending.pop()
            if place in found:
                continue
            found.add(place)
            module = self.by_path[place]
            for dotted in (*module.imports.values(), *module.stars, *module.loaded):
                parts = dotted.split(".")
                for depth in range(1, len(parts) + 1):
                    held = by_name.get(".".join(parts[:depth]))
                    pending += [held.path] if held is not None else []
        return frozenset(found)


def is_aside(path: str) -> bool:
    """Return whether a file lies among tests, documentation, examples or tools."""
    parts = path.lower().split("/")
    return any(part in ASIDE for part in parts[:-1]) or parts[-1].startswith(("test_", "conftest"))


def read(files: Files, *, started: Iterable[str] = (), aside: bool = False) -> Modules:
    """Return the modules of the files; what is no Python that can be read is noted and passed over.

    `started` are the module names that a start command uses: they tell which folder is on the
    path where the imports do not. Files that stand aside are read with `aside` only.
    """
    paths = [entry.path for entry in files if entry.path.endswith(".py") and not entry.link]
    trees: dict[str, ast.Module] = {}
    unread: list[Fact[str]] = []
    for entry in files:
        if not entry.path.endswith(".py") or entry.link or (is_aside(entry.path) and not aside):
            continue
        try:
            trees[entry.path], left = _parse(entry)
            unread += [Fact(f"left out: {reason}", f"{entry.path}:{line}") for line, reason in left]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None) or 1
            unread.append(Fact(f"not Python that can be read: {_reason(error)}", f"{entry.path}:{line}"))
        except BareboatError as error:
            unread.append(Fact(error.message, entry.path))
    return Modules(_named(trees, paths, tuple(started)), tuple(unread))


def _reason(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return " ".join((text or type(error).__name__).split()).rstrip(".").lower()


def _parse(entry: File) -> tuple[ast.Module, tuple[tuple[int, str], ...]]:
    content = entry.content()
    if content.size > LIMIT:
        raise ValueError(f"larger than {LIMIT} bytes")
    return tolerant.parse(b"".join(content.chunks()))


def _named(trees: dict[str, ast.Module], paths: Iterable[str], started: tuple[str, ...]) -> dict[str, Module]:
    tops = _tops(paths)
    nodes = {path: _nodes(tree) for path, tree in trees.items()}
    votes = {path: _votes(held, path, tops) for path, held in nodes.items()}
    found = {}
    told = _told(trees, started)
    for path, tree in trees.items():
        root = _root(path, votes, told)
        name = _dotted(path, root)
        is_package = path.rpartition("/")[2] == "__init__.py"
        imports, stars = _imports(nodes[path], name, is_package=is_package)
        found[path] = Module(path, root, name, tree, nodes[path], imports, stars)
    return found


def _nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Return the nodes of KEPT kinds in one walk; most others are never looked at."""
    found: list[ast.AST] = []
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, KEPT):
            found.append(node)
        if isinstance(node, (ast.Name, ast.Constant)):
            continue
        for field_name in node._fields:
            held = getattr(node, field_name, None)
            if isinstance(held, ast.AST):
                pending.append(held)
            elif isinstance(held, list):
                pending += [item for item in held if isinstance(item, ast.AST)]
    found.sort(key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))
    return tuple(found)


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


def _votes(nodes: Iterable[ast.AST], path: str, tops: set[str]) -> dict[str, int]:
    """Return how many imports of the file each folder above it would satisfy."""
    found: dict[str, int] = {}
    folders = _ancestors(path)
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.level:
            for folder in folders[len(folders) - node.level :]:
                found[folder] = found.get(folder, 0) - 1000
            continue
        for name in _imported(node):
            if name.partition(".")[0] in sys.stdlib_module_names:
                continue
            for folder in folders:
                place = name.replace(".", "/")
                whole = f"{folder}/{place}" if folder else place
                if whole in tops and f"{whole}.py" != path:  # celery.py means another celery
                    found[folder] = found.get(folder, 0) + 1
    return found


def _imported(node: ast.AST) -> list[str]:
    """Return the modules that a node imports, or that Django does by the name that it sets (wsgi.py)."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module] if node.module else []
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "setdefault":
        return []
    texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return texts[1:2] if texts[:1] == ["DJANGO_SETTINGS_MODULE"] else []


def _told(trees: Iterable[str], started: Iterable[str]) -> dict[str, str]:
    """Return folder → root for start commands that name a module from further down.

    `uvicorn app.main:app` with only `backend/app/main.py` there puts `backend` on the path for
    all below `backend/app`.
    """
    found = {}
    for name in started:
        tail = name.replace(".", "/")
        paths = [path for path in trees if f"/{path}".endswith((f"/{tail}.py", f"/{tail}/__init__.py"))]
        if len(paths) == 1 and not paths[0].startswith(tail):
            root = paths[0][: paths[0].rindex(f"/{tail}")]
            found[f"{root}/{tail.partition('/')[0]}"] = root
    return found


def _root(path: str, votes: dict[str, dict[str, int]], told: dict[str, str]) -> str:
    """Return the folder to put on the path for a file.

    What its imports say comes first, then what a start command says, then its neighbours'
    imports, then custom: packages below `src`.
    """
    folders = _ancestors(path)
    own = votes[path]
    allowed = [folder for folder in folders if own.get(folder, 0) >= 0]
    if not allowed:
        return ""
    best = max(allowed, key=lambda folder: (own.get(folder, 0), -len(folder)))
    if own.get(best, 0) > 0:
        return best
    for folder, root in told.items():
        if root in allowed and (path.startswith(f"{folder}/") or path == f"{folder}.py"):
            return root
    together: dict[str, int] = {}
    for other, given in votes.items():
        for folder, count in given.items():
            if folder in allowed and other.startswith(f"{folder}/" if folder else ""):
                together[folder] = together.get(folder, 0) + max(count, 0)
    if together and max(together.values()) > 0:
        return max(allowed, key=lambda folder: (together.get(folder, 0), -len(folder)))
    is_below = path.startswith("src/") and path.count("/") > 1
    return "src" if is_below and "src" in allowed and "src/__init__.py" not in votes else allowed[0]


def _dotted(path: str, root: str) -> str:
    below = path.removeprefix(f"{root}/") if root else path
    return below.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imports(
    nodes: Iterable[ast.AST], name: str, *, is_package: bool
) -> tuple[dict[str, str], tuple[str, ...]]:
    found: dict[str, str] = {}
    stars: list[str] = []
    package = name if is_package else name.rpartition(".")[0]
    for node in nodes:
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
                found[alias.asname or alias.name] = f"{base}.{alias.name}" if base else alias.name
            stars += [base] if found.pop("*", "") else []
    return found, tuple(stars)


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
