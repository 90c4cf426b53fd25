"""Django's routes: urlpatterns from the root module of the settings, with everything that they include."""

import ast
from collections.abc import Iterator

from bareboat.project import gates
from bareboat.project.answering import needs_login
from bareboat.project.djangosettings import DEVELOPMENT
from bareboat.project.health import Health
from bareboat.project.modules import Module, Modules, statements
from bareboat.project.routelists import plain
from bareboat.project.shapes import Bound, Function, Shapes, definition, literal

__all__ = ["healths"]

_PATHS = frozenset({"django.urls.path"})
_PATTERNS = frozenset({"django.urls.re_path", "django.conf.urls.url", "django.urls.conf.re_path"})
_INCLUDE = frozenset({"django.urls.include", "django.conf.urls.include", "django.urls.conf.include"})
_LIBRARY = frozenset({"health_check.urls", "watchman.urls.bare"})
"""Modules of packages whose own root answers a health check."""
_METHODS = frozenset({"require_GET", "require_POST", "require_http_methods", "require_safe"})
_OPEN = frozenset({"AllowAny", "IsAuthenticatedOrReadOnly"})
_DEPTH = 8


def healths(modules: Modules, shapes: Shapes) -> Iterator[Health]:
    """Yield the paths of the project's routes that answer a plain GET; the caller chooses among them."""
    held = [module for module in modules if module.name and not module.is_aside]
    named = {(module.name, text) for module in held for text in _texts(module, shapes, "ROOT_URLCONF")}
    told = [(name, text) for name, text in named if not DEVELOPMENT.search(name)]
    roots = {text for _, text in told or named}
    if len(roots) != 1:
        return
    root = shapes.by_name.get(next(iter(roots)))
    if root is None:
        return
    reader = _Patterns(shapes, is_closed=any(_is_closed(module) for module in held))
    doubt = _doubt(held) or gates.doubt(modules)
    for path, where in reader.of_module(root, "/", 0):
        yield Health(path, where, framework="django", doubt=doubt)


def _texts(module: Module, shapes: Shapes, name: str) -> Iterator[str]:
    for value in _assigned(module, name):
        text = literal(shapes, module, value)
        if text is not None:
            yield text


def _assigned(module: Module, name: str) -> Iterator[ast.expr]:
    """Yield every value that a name at the top of a module is given or extended by."""
    for node in statements(module.tree.body):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr) and any(
            isinstance(one, ast.Name) and one.id == name for one in targets
        ):
            yield value


def _doubt(held: list[Module]) -> str:
    """Return why Django may refuse a probe by its settings, empty where it lets everybody in."""
    settings = [
        module
        for module in held
        if any(True for name in ("ALLOWED_HOSTS", "INSTALLED_APPS") for _ in _assigned(module, name))
        and not DEVELOPMENT.search(module.name)
    ]
    hosts = [(module, value) for module in settings for value in _assigned(module, "ALLOWED_HOSTS")]
    for module, value in hosts:
        if not gates.lets_localhost(value):
            return f"ALLOWED_HOSTS of {module.where(value)} may lack localhost"
    if not hosts:
        return "nothing says that ALLOWED_HOSTS has localhost"
    for module in settings:
        for value in _assigned(module, "SECURE_SSL_REDIRECT"):
            if not (isinstance(value, ast.Constant) and value.value is False):
                return f"SECURE_SSL_REDIRECT of {module.where(value)} may redirect to HTTPS"
    return ""


def _is_closed(module: Module) -> bool:
    """Return whether the views of Django REST framework ask for a login unless they say otherwise."""
    for value in _assigned(module, "REST_FRAMEWORK"):
        for node in ast.walk(value):
            if isinstance(node, ast.Dict):
                for key, item in zip(node.keys, node.values, strict=True):
                    is_there = isinstance(key, ast.Constant) and key.value == "DEFAULT_PERMISSION_CLASSES"
                    if is_there and not any(word in ast.unparse(item) for word in _OPEN):
                        return True
    return False


class _Patterns:
    """Follows urlpatterns; `is_closed` tells that views of the REST framework ask for a login."""

    def __init__(self, shapes: Shapes, *, is_closed: bool) -> None:
        self.shapes, self.is_closed = shapes, is_closed

    def of_module(self, module: Module, above: str, depth: int) -> Iterator[tuple[str, str]]:
        """Yield (path, where) for the routes of a urls module below `above`."""
        for value in _assigned(module, "urlpatterns") if depth < _DEPTH else ():
            yield from self._of_list(module, value, above, depth)

    def _of_list(self, module: Module, node: ast.expr, above: str, depth: int) -> Iterator[tuple[str, str]]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            yield from self._of_list(module, node.left, above, depth)
            yield from self._of_list(module, node.right, above, depth)
        elif isinstance(node, (ast.List, ast.Tuple)):
            for item in node.elts:
                inner = item.value if isinstance(item, ast.Starred) else item
                yield from self._of_list(module, inner, above, depth)
        elif isinstance(node, ast.Name) and depth < _DEPTH:
            for value in _assigned(module, node.id):
                yield from self._of_list(module, value, above, depth + 1)
        elif isinstance(node, ast.Call):
            yield from self._route(module, node, above, depth)

    def _route(self, module: Module, node: ast.Call, above: str, depth: int) -> Iterator[tuple[str, str]]:
        called = module.resolve(node.func)
        if called not in _PATHS | _PATTERNS or len(node.args) < 2:
            return
        text = literal(self.shapes, module, node.args[0])
        if text is None or "<" in text:
            return
        if called in _PATTERNS:
            is_whole = text.endswith("$")
            found = plain(text)
            text = f"{found}/" if found and text.rstrip("$").endswith("/?") else found
            if text is None or (not is_whole and not _is_include(module, node.args[1])):
                return
        path, view = f"{above}{text}", node.args[1]
        if isinstance(view, ast.Call) and module.resolve(view.func) in _INCLUDE:
            yield from self._included(module, view, path, depth)
        elif self._answers(module, view):
            yield path, module.where(node)

    def _included(self, module: Module, node: ast.Call, path: str, depth: int) -> Iterator[tuple[str, str]]:
        given = node.args[0] if node.args else None
        if isinstance(given, ast.Tuple) and given.elts:
            given = given.elts[0]
        text = literal(self.shapes, module, given) if given is not None else None
        if text in _LIBRARY:
            yield path, module.where(node)
        elif text is not None or isinstance(given, ast.Attribute):
            dotted = text if text is not None else module.resolve(given or node)
            inner = self.shapes.by_name.get(dotted)
            yield from self.of_module(inner, path, depth + 1) if inner is not None else ()
        elif given is not None:
            named = self.shapes.by_name.get(module.resolve(given))
            if named is not None:
                yield from self.of_module(named, path, depth + 1)
            else:
                yield from self._of_list(module, given, path, depth + 1)

    def _answers(self, module: Module, view: ast.expr) -> bool:
        """Return whether a view answers a GET of anybody, as far as the tree tells."""
        called = view.func if isinstance(view, ast.Call) else view
        if isinstance(view, ast.Lambda):
            return True
        if isinstance(called, ast.Attribute) and called.attr == "as_view":
            found = definition(self.shapes, module, called.value)
            is_class = found is not None and isinstance(found[1], ast.ClassDef)
            return found is not None and is_class and self._class(*found)
        if isinstance(view, ast.Call) and needs_login([called]):
            return False
        inner = next(iter(view.args), view) if isinstance(view, ast.Call) else view  # csrf_exempt(view)
        found = definition(self.shapes, module, inner)
        if found is None or not isinstance(found[1], (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        return self._function(found[1])

    def _function(self, node: Function) -> bool:
        names = {_last(one): one for one in node.decorator_list}
        limit = names.get("require_http_methods")
        if "require_POST" in names or (limit is not None and "GET" not in ast.unparse(limit)):
            return False
        told = names.get("api_view")
        if told is not None:
            is_open = any(word in ast.unparse(one) for one in node.decorator_list for word in _OPEN)
            takes = not isinstance(told, ast.Call) or not told.args or "GET" in ast.unparse(told)
            return takes and (is_open or (not self.is_closed and "permission_classes" not in names))
        return not needs_login(one for name, one in names.items() if name not in _METHODS)

    def _class(self, module: Module, node: Bound) -> bool:
        if not isinstance(node, ast.ClassDef) or needs_login((*node.bases, *node.decorator_list)):
            return False
        bases = {module.resolve(base) for base in node.bases}
        is_rest = any(base.startswith("rest_framework.") for base in bases)
        if is_rest and not self._lets_in(node):
            return False
        methods = {one.name for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))}
        return "get" in methods or any(base.endswith(".TemplateView") for base in bases)

    def _lets_in(self, node: ast.ClassDef) -> bool:
        """Return whether a view of the REST framework answers without a login."""
        for one in node.body:
            targets = one.targets if isinstance(one, ast.Assign) else []
            if any(isinstance(target, ast.Name) and target.id == "permission_classes" for target in targets):
                text = ast.unparse(getattr(one, "value", node))
                return text in {"[]", "()"} or any(word in text for word in _OPEN)
        return not self.is_closed


def _is_include(module: Module, node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and module.resolve(node.func) in _INCLUDE


def _last(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
