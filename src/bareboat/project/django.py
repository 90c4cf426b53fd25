"""What collecting a Django project's static files takes: manage.py, the settings, STATIC_ROOT.

Read from syntax trees; the settings are never imported.
"""

import ast
import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bareboat.project import djangosettings
from bareboat.project.djangosettings import MODULE, tree
from bareboat.project.environment import Variable
from bareboat.project.fact import Fact
from bareboat.project.files import Files
from bareboat.project.modules import is_aside

__all__ = ["MANIFEST", "MODULE", "Statics", "read"]

MANIFEST = "staticfiles.json"


class Statics(Struct, frozen=True):
    """`manage` is the path of manage.py, empty without one, `settings` the module to be used.

    `root` is STATIC_ROOT relative to the project, absolute where the settings say so, empty where
    it is not plain to see. `where` says where it is set, empty where nothing sets it. `variables`
    are those without which the settings fail. `named` says where the settings module is named.
    `committed` is the manifest that STATIC_ROOT holds already, empty for none.
    """

    manage: str
    settings: str
    root: str
    variables: tuple[str, ...]
    where: str
    named: str = ""
    committed: str = ""


def read(
    files: Files,
    variables: Sequence[Variable],
    *,
    served: str = "",
    given: str = "",
    hinted: Sequence[Fact[str]] = (),
) -> Statics | None:
    """Return what is needed, None where no settings module is known; `root` and `where` may be empty.

    `served` is the file that the image starts, `given` the settings module that the user named,
    `hinted` those of `djangosettings.hints`.
    """
    manage = _manage(files, served)
    named = Fact(given, "the env setting") if given else None
    named = named or djangosettings.find(files, variables, manage=manage, served=served, hinted=hinted)
    if named is None:
        return None
    folder = posixpath.dirname(manage)
    for path in _candidates(files, folder, named.value):
        held = tree(files, path)
        node = _assigned(held) if held is not None else None
        if held is not None and node is not None:
            place = _place(node)
            root = place if place.startswith("/") or not place else posixpath.join(folder, place)
            wanted = _wanted(variables, path, held)
            manifest = f"{root}/{MANIFEST}"
            committed = manifest if root and files.find(manifest) is not None else ""
            where = f"{path}:{node.lineno}"
            return Statics(manage, named.value, root, wanted, where, named.where, committed)
    return Statics(manage, named.value, "", (), "", named.where)


def _manage(files: Files, served: str) -> str:
    """Return the manage.py that is nearest above what is started, else the one nearest to the root."""
    found = [one.path for one in files if _is_manage(one.path)]
    beside = [path for path in found if f"{served}/".startswith(f"{posixpath.dirname(path)}/".lstrip("/"))]
    if served and beside:
        return max(beside, key=lambda path: path.count("/"))
    return min(found, key=lambda path: (path.count("/"), path), default="")


def _is_manage(path: str) -> bool:
    return path == "manage.py" or path.endswith("/manage.py")


def _candidates(files: Files, folder: str, module: str) -> Iterator[str]:
    """Yield the file of the settings, then its neighbours, which it may import everything from."""
    base = posixpath.join(folder, module.replace(".", "/"))
    for path in (f"{base}.py", f"{base}/__init__.py"):
        if files.find(path) is not None:
            yield path
    parts = {base, posixpath.dirname(base)} if module.count(".") > 1 else {base}
    python = [
        one.path
        for one in files
        if one.path.endswith(".py")
        and not (one.link or is_aside(one.path))
        and b"STATIC_ROOT" in b"".join(one.content().chunks())
    ]
    yield from (path for path in python if posixpath.dirname(path) in parts)
    yield from (path for path in python if posixpath.dirname(path) not in parts)


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


def _wanted(variables: Sequence[Variable], path: str, held: ast.Module) -> tuple[str, ...]:
    """Return the variables without which the settings fail, and what SECRET_KEY is made of."""
    folder = posixpath.dirname(path)
    secrets = set(_secrets(held))
    found = []
    for one in variables:
        inside = posixpath.dirname(one.where.rpartition(":")[0]) == folder
        is_secret = one.name in secrets and not one.default
        if inside and one.name != MODULE and (one.is_required or is_secret):
            found.append(one.name)
    return tuple(found)


def _secrets(held: ast.Module) -> Iterator[str]:
    for node in ast.walk(held):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "SECRET_KEY" for target in node.targets
        ):
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value
