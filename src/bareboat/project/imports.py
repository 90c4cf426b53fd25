"""What the application imports that is neither its own nor the standard library's.

Read from syntax trees. An import that may fail by the code's own word, inside `try` with a handler for
it or below TYPE_CHECKING, counts for nothing.
"""

import ast
import sys
from collections.abc import Iterable, Iterator

from bareboat.project import modules
from bareboat.project.fact import Fact
from bareboat.project.files import Files

__all__ = ["foreign"]

_CAUGHT = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


def foreign(files: Files) -> tuple[Fact[str], ...]:
    """Return the top-level names that are imported from elsewhere, by name, each with its first place."""
    own = {
        part.removesuffix(".py")
        for entry in files
        if entry.path.endswith(".py")
        for part in entry.path.split("/")
    }
    found: dict[str, Fact[str]] = {}
    for module in modules.read(files):
        for name, node in _imports(module.tree.body):
            if name not in own and name not in sys.stdlib_module_names and not name.startswith("_"):
                found.setdefault(name, Fact(name, module.where(node)))
    return tuple(found[name] for name in sorted(found))


def _imports(body: Iterable[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Yield the top-level name of each import, and the statement."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                yield node.module.partition(".")[0], node
        elif isinstance(node, ast.Try) and any(_catches(handler) for handler in node.handlers):
            yield from _imports((*node.orelse, *node.finalbody))
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _imports(node.orelse)
        else:
            yield from _imports(child for child in ast.iter_child_nodes(node) if isinstance(child, _BLOCKS))


_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)


def _catches(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler catches a failing import."""
    held = handler.type
    if held is None:
        return True
    names = held.elts if isinstance(held, ast.Tuple) else [held]
    return any(getattr(name, "id", getattr(name, "attr", "")) in _CAUGHT for name in names)
