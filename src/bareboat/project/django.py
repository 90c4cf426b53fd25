"""What collecting a Django project's static files takes: manage.py, the settings, STATIC_ROOT.

Read from syntax trees; the settings are never imported.
"""

import ast
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bareboat.project.environment import Variable
from bareboat.project.files import Files
from bareboat.project.toml import read_text

__all__ = ["Statics", "read"]

_MODULE = "DJANGO_SETTINGS_MODULE"
_SECRET = ("secret", "key", "salt", "password", "token")


@dataclass(frozen=True, slots=True)
class Statics:
    """`manage` is the path of manage.py, `settings` the module that it names.

    `root` is STATIC_ROOT relative to the project, absolute where the settings say so, empty where
    it is not plain to see. `variables` are what the settings read and have no default for.
    """

    manage: str
    settings: str
    root: str
    variables: tuple[str, ...]
    where: str


def read(files: Files, variables: Sequence[Variable]) -> Statics | None:
    """Return what is needed, None where the project collects no static files."""
    manages = sorted((one.path for one in files if _is_manage(one.path)), key=lambda path: path.count("/"))
    named = [one for one in variables if one.name == _MODULE and one.default]
    if not manages or not named:
        return None
    manage, module = manages[0], named[0].default or ""
    folder = posixpath.dirname(manage)
    for path in _candidates(files, folder, module):
        tree = _tree(files, path)
        node = _assigned(tree) if tree is not None else None
        if node is not None:
            place = _place(node)
            root = place if place.startswith("/") or not place else posixpath.join(folder, place)
            return Statics(manage, module, root, _wanted(variables, path), f"{path}:{node.lineno}")
    return None


def _is_manage(path: str) -> bool:
    return path == "manage.py" or path.endswith("/manage.py")


def _candidates(files: Files, folder: str, module: str) -> Iterator[str]:
    """Yield the file of the settings, then its neighbours, which it may import everything from."""
    base = posixpath.join(folder, module.replace(".", "/"))
    for path in (f"{base}.py", f"{base}/__init__.py"):
        if files.find(path) is not None:
            yield path
    parts = {base, posixpath.dirname(base)} if module.count(".") > 1 else {base}
    for one in files:
        if posixpath.dirname(one.path) in parts and one.path.endswith(".py"):
            yield one.path


def _tree(files: Files, path: str) -> ast.Module | None:
    found = files.find(path)
    try:
        return ast.parse(read_text(found.source)) if found is not None else None
    except (SyntaxError, ValueError, RecursionError):
        return None


def _assigned(tree: ast.Module) -> ast.expr | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        if any(isinstance(target, ast.Name) and target.id == "STATIC_ROOT" for target in targets):
            return None if isinstance(value, ast.Constant) and not value.value else value
    return None


def _place(node: ast.expr) -> str:
    """Return `BASE_DIR / "x"`, `os.path.join(BASE_DIR, "x")` or a literal as a path, else nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return posixpath.normpath(node.value)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return _place(node.values[-1])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"str", "Path"}:
        return _place(node.args[0]) if len(node.args) == 1 else ""
    parts: list[ast.expr] = []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in {"join", "joinpath"}:
            return ""
        parts = [node.func.value, *node.args] if node.func.attr == "joinpath" else list(node.args)
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        parts.insert(0, node.right)
        node = node.left
        if not isinstance(node, ast.BinOp):
            parts.insert(0, node)
    if len(parts) < 2 or not (isinstance(parts[0], ast.Name) and parts[0].id in {"BASE_DIR", "BASE_PATH"}):
        return ""
    words = [
        part.value for part in parts[1:] if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return posixpath.normpath("/".join(words)) if len(words) == len(parts) - 1 else ""


def _wanted(variables: Sequence[Variable], path: str) -> tuple[str, ...]:
    folder = posixpath.dirname(path)
    found = []
    for one in variables:
        inside = posixpath.dirname(one.where.rpartition(":")[0]) == folder
        is_secret = any(word in one.name.lower() for word in _SECRET) and not one.default
        if inside and one.name != _MODULE and (one.is_required or is_secret):
            found.append(one.name)
    return tuple(found)
