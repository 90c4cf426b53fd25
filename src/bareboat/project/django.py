"""What collecting a Django project's static files takes: manage.py, the settings, STATIC_ROOT.

Read from syntax trees; the settings are never imported.
"""

import ast
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bareboat.project.environment import Variable
from bareboat.project.files import Files
from bareboat.project.modules import is_aside
from bareboat.project.toml import read_text

__all__ = ["MANIFEST", "MODULE", "Statics", "read"]

MODULE = "DJANGO_SETTINGS_MODULE"
MANIFEST = "staticfiles.json"
_SECRET = ("secret", "key", "salt", "password", "token")
_SERVED = {"wsgi.py", "asgi.py"}


@dataclass(frozen=True, slots=True)
class Statics:
    """`manage` is the path of manage.py, empty without one, `settings` the module to be used.

    `root` is STATIC_ROOT relative to the project, absolute where the settings say so, empty where
    it is not plain to see. `variables` are what the settings read and have no default for. `named`
    says where the settings module is named, `where` where STATIC_ROOT is set. `committed` is the
    manifest that STATIC_ROOT holds already, empty for none.
    """

    manage: str
    settings: str
    root: str
    variables: tuple[str, ...]
    where: str
    named: str = ""
    committed: str = ""


def read(files: Files, variables: Sequence[Variable], *, served: str = "") -> Statics | None:
    """Return what is needed, None where the project collects no static files.

    `served` is the file that the image starts. The settings are those that it names; else those of
    wsgi.py or asgi.py, which run in production, before those of manage.py, which are often for
    development.
    """
    manage = _manage(files, served)
    found = _settings(files, manage, served, variables)
    if found is None:
        return None
    folder, (module, named) = posixpath.dirname(manage), found
    for path in _candidates(files, folder, module):
        tree = _tree(files, path)
        node = _assigned(tree) if tree is not None else None
        if node is not None:
            place = _place(node)
            root = place if place.startswith("/") or not place else posixpath.join(folder, place)
            wanted = _wanted(variables, path)
            held = f"{root}/{MANIFEST}"
            committed = held if root and files.find(held) is not None else ""
            return Statics(manage, module, root, wanted, f"{path}:{node.lineno}", named, committed)
    return None


def _manage(files: Files, served: str) -> str:
    """Return the manage.py that is nearest above what is started, else the one nearest to the root."""
    found = [one.path for one in files if _is_manage(one.path)]
    beside = [path for path in found if f"{served}/".startswith(f"{posixpath.dirname(path)}/".lstrip("/"))]
    if served and beside:
        return max(beside, key=lambda path: path.count("/"))
    return min(found, key=lambda path: (path.count("/"), path), default="")


def _settings(
    files: Files, manage: str, served: str, variables: Sequence[Variable]
) -> tuple[str, str] | None:
    """Return the settings module and the file that names it."""
    folder = posixpath.dirname(manage)
    near = [
        one.path
        for one in files
        if posixpath.basename(one.path) in _SERVED
        and not is_aside(one.path)
        and (not folder or one.path.startswith(f"{folder}/"))
    ]
    ordered = sorted(near, key=lambda path: (path.count("/"), not path.endswith("wsgi.py"), path))
    for path in (served, *ordered, manage):
        tree = _tree(files, path) if path else None
        module = _names_settings(tree) if tree is not None else ""
        if module:
            return module, path
    for one in variables:
        if one.name == MODULE and one.default:
            return one.default, one.where
    return None


def _names_settings(tree: ast.Module) -> str:
    """Return the module that a file sets for the rest of the process, empty for none."""
    for node in ast.walk(tree):
        value: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "setdefault" and len(node.args) == 2 and _is(node.args[0]):
                value = node.args[1]
        elif isinstance(node, ast.Assign):
            target = node.targets[0]
            if isinstance(target, ast.Subscript) and _is(target.slice):
                value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return ""


def _is(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == MODULE


def _is_manage(path: str) -> bool:
    return path == "manage.py" or path.endswith("/manage.py")


def _candidates(files: Files, folder: str, module: str) -> Iterator[str]:
    """Yield the file of the settings, then its neighbours, which it may import everything from."""
    base = posixpath.join(folder, module.replace(".", "/"))
    for path in (f"{base}.py", f"{base}/__init__.py"):
        if files.find(path) is not None:
            yield path
    parts = {base, posixpath.dirname(base)} if module.count(".") > 1 else {base}
    python = [one.path for one in files if one.path.endswith(".py") and not is_aside(one.path)]
    yield from (path for path in python if posixpath.dirname(path) in parts)
    yield from (path for path in python if posixpath.dirname(path) not in parts)


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
        if inside and one.name != MODULE and (one.is_required or is_secret):
            found.append(one.name)
    return tuple(found)
