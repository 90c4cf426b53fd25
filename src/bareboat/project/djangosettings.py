"""Which settings module a Django project uses in production, and which file says so.

Read from syntax trees, and from the files that start the project elsewhere; nothing is imported.
"""

import ast
import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bareboat.project.environment import Variable
from bareboat.project.fact import Fact
from bareboat.project.files import Files
from bareboat.project.modules import is_aside
from bareboat.project.toml import read_text

__all__ = ["DEVELOPMENT", "MODULE", "candidates", "find", "hints", "tree"]

MODULE = "DJANGO_SETTINGS_MODULE"
_SERVED = frozenset({"wsgi.py", "asgi.py"})
# Where people say how a project runs in production; what they say there is set before any code runs
_PRODUCTION = (
    "Procfile",
    "Dockerfile",
    "Containerfile",
    "fly.toml",
    "app.json",
    "render.yaml",
    "nixpacks.toml",
)
_STARTERS = (
    *_PRODUCTION,
    *("Dockerfile.*", "docker/Dockerfile*", "*/Dockerfile", "compose.y*ml", "docker-compose*.y*ml"),
    *("env.example", ".env.example", ".env.sample", "example.env"),
)
_NAMED = re.compile(MODULE + r"""["']?\s*[=:]\s*["']?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)""")
DEVELOPMENT = re.compile(r"(^|[._])(dev|local|test|ci|example|debug)", re.IGNORECASE)
_LARGEST = 1 << 20


def find(
    files: Files, variables: Sequence[Variable], *, manage: str, served: str, hinted: Sequence[Fact[str]]
) -> Fact[str] | None:
    """Return the module, None where nothing names one.

    In this order: `hinted` by a file for production, unless it is for development; what `served` (the
    file that is started) names, wsgi.py and asgi.py near `manage`, manage.py itself, the rest of
    `hinted`, and the only module that has the look of settings.
    """
    folder = posixpath.dirname(manage)
    there = [fact for fact in hinted if _is_there(files, folder, fact.value)]
    for fact in there:
        if fact.where.partition(":")[0] in _PRODUCTION and not DEVELOPMENT.search(fact.value):
            return fact
    near = [
        one.path
        for one in files
        if posixpath.basename(one.path) in _SERVED
        and not is_aside(one.path)
        and (not folder or one.path.startswith(f"{folder}/"))
    ]
    ordered = sorted(near, key=lambda path: (path.count("/"), not path.endswith("wsgi.py"), path))
    for path in (served, *ordered, manage):
        held = tree(files, path) if path else None
        module = _names(held) if held is not None else ""
        if module:
            return Fact(module, path)
    for one in variables:
        if one.name == MODULE and one.default:
            return Fact(one.default, one.where)
    for fact in sorted(there, key=lambda fact: bool(DEVELOPMENT.search(fact.value))):
        return fact
    only = candidates(files, folder)
    return only[0] if len(only) == 1 else None


def hints(folder: Path) -> tuple[Fact[str], ...]:
    """Return the modules that the files which start the project elsewhere set."""
    found: dict[str, Fact[str]] = {}
    for pattern in _STARTERS:
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and not path.is_symlink() and path.stat().st_size < _LARGEST:
                where = path.relative_to(folder).as_posix()
                for number, line in enumerate(read_text(path).splitlines(), 1):
                    for match in _NAMED.finditer(line):
                        found.setdefault(match[1], Fact(match[1], f"{where}:{number}"))
    return tuple(found.values())


def candidates(files: Files, folder: str) -> tuple[Fact[str], ...]:
    """Return the modules below `folder` that set INSTALLED_APPS or import all of one that does."""
    found = []
    for one in files:
        path = one.path
        if not path.endswith(".py") or is_aside(path) or (folder and not path.startswith(f"{folder}/")):
            continue
        if b"INSTALLED_APPS" not in b"".join(one.content().chunks()) or one.link:
            continue
        held = tree(files, path)
        if held is not None and any(_assigns(node) for node in held.body):
            module = path.removeprefix(f"{folder}/" if folder else "").removesuffix(".py")
            found.append(Fact(module.removesuffix("/__init__").replace("/", "."), path))
    return tuple(found)


def tree(files: Files, path: str) -> ast.Module | None:
    """Return the syntax tree of a file, None where it is not there or is no Python."""
    found = files.find(path)
    try:
        return ast.parse(read_text(found.source)) if found is not None else None
    except (SyntaxError, ValueError, RecursionError):
        return None


def _is_there(files: Files, folder: str, module: str) -> bool:
    path = posixpath.join(folder, module.replace(".", "/"))
    return any(files.find(f"{path}{end}") is not None for end in (".py", "/__init__.py"))


def _assigns(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "INSTALLED_APPS" for target in node.targets
    )


def _names(held: ast.Module) -> str:
    """Return the module that a file sets for the rest of the process, empty for none."""
    return next((name for node in ast.walk(held) for name in _set(node)), "")


def _set(node: ast.AST) -> Iterator[str]:
    value: ast.expr | None = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "setdefault" and len(node.args) == 2 and _is_module(node.args[0]):
            value = node.args[1]
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        value = node.value if _is_module(node.targets[0].slice) else None
    if isinstance(value, ast.Call) and value.args:  # os.environ.get("…", "shop.settings")
        value = value.args[-1]
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value != MODULE:
        yield value.value


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == MODULE
