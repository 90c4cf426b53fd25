"""The health path: routes of the syntax trees whose last part says so, prefixes put in front.

Read: route decorators, `add_api_route`, `add_url_rule`, `Route(…)`, with the literal prefixes of
routers, blueprints, mounts and their inclusion. A route that asks for a login is passed over.
"""

import ast
import re
from collections.abc import Iterator

from msgspec import Struct, field

from bareboat.project.modules import Module, Modules, statements
from bareboat.project.shapes import Function, Shape, Shapes, functions, literal, prefix

__all__ = ["Health", "healths"]

WORDS = (
    "health", "healthz", "livez", "healthcheck", "health-check", "health_check", "live", "liveness",
    "readyz", "ready", "readiness", "ping", "heartbeat", "status", "up",
)  # fmt: skip
DECORATORS = {"get", "route", "api_route", "head"}
CALLS = {"add_api_route", "add_route", "add_url_rule"}
ROUTES = {"starlette.routing.Route", "fastapi.routing.APIRoute"}
INCLUDES = {
    "include_router": "prefix",
    "register_blueprint": "url_prefix",
    "mount": "",
    "register_router": "prefix",
}
GUARDED = re.compile(
    r"auth|user|login|token|permission|require|secur|credential|api_?key|admin|jwt", re.IGNORECASE
)


class Health(Struct, frozen=True):
    """A path that answers without a login, and the dotted name of the application it belongs to.

    `owner` is empty where the tree does not tell which application it is.
    """

    path: str
    where: str
    owner: str = ""


class _Graph(Struct):
    """Routes by owner, and which owner includes which under what prefix."""

    routes: list[tuple[str, str, str]] = field(default_factory=list)
    parents: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)
    prefixes: dict[str, str | None] = field(default_factory=dict)
    apps: dict[str, str] = field(default_factory=dict)


def healths(modules: Modules, shapes: Shapes) -> tuple[Health, ...]:
    """Return the health paths, the most telling first; what is not literal is left out."""
    graph = _Graph()
    for module in modules:
        _module(module, shapes, graph)
    found: dict[tuple[str, str], Health] = {}
    for owner, path, where in graph.routes:
        for whole, app in _whole(owner, path, graph, ()):
            if _telling(whole) is not None:
                found.setdefault((whole, app), Health(whole, where, app))
    return tuple(
        sorted(
            found.values(), key=lambda health: (_telling(health.path) or (9, 9), health.path, health.where)
        )
    )


def _telling(path: str) -> tuple[int, int] | None:
    """Return how clearly a path is for health checks, None when it is not."""
    parts = [part for part in path.lower().split("/") if part]
    if not parts or "{" in path or "<" in path:
        return None
    last = parts[-1]
    if (
        last in {"live", "liveness", "ready", "readiness", "status", "up"}
        and len(parts) > 1
        and parts[-2] in WORDS
    ):
        return WORDS.index(parts[-2]), len(parts)
    if last not in WORDS or (last in {"status", "up", "live"} and len(parts) > 1):
        return None
    return WORDS.index(last), len(parts)


def _has_routes(module: Module) -> bool:
    """Return whether anything in the file could add or include a route; most files have nothing."""
    for node in module.nodes:
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name in CALLS or name in INCLUDES or module.resolve(node.func) in ROUTES:
                return True
        decorators = node.decorator_list if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else ()
        if any(map(_is_route, decorators)):
            return True
    return False


def _module(module: Module, shapes: Shapes, graph: _Graph) -> None:
    for function in functions(module) if _has_routes(module) else ():
        local = shapes.locals(module, function)
        scope = f"{module.name}.{function.name}"
        names = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        nodes = [inner for statement in function.body for inner in ast.walk(statement)]
        _calls(module, shapes, graph, nodes, _Scope(scope, local, names))
        for name, shape in local.items():
            _own(graph, f"{scope}.{name}", shape, scope)
    top = [
        inner
        for statement in statements(module.tree.body)
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for inner in (ast.walk(statement) if _has_routes(module) else ())
    ]
    _calls(module, shapes, graph, top, _Scope("", {}, set()))
    for node in module.tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            _decorated(module, shapes, graph, node, _Scope("", {}, set()))
    for name in shapes.bound[module.path]:
        dotted = f"{module.name}.{name}"
        found = shapes.find(dotted)
        if found is not None:
            _own(graph, dotted, found, dotted)


class _Scope(Struct, frozen=True):
    """A function's own names; parameters may be any application."""

    name: str
    local: dict[str, Shape]
    parameters: set[str]

    def owner(self, module: Module, shapes: Shapes, node: ast.AST) -> str:
        """Return the dotted name of an application or router, `*` for a parameter, empty otherwise."""
        if isinstance(node, ast.Name):
            if node.id in self.local:
                return f"{self.name}.{node.id}"
            if node.id in self.parameters:
                return "*"
        dotted = module.resolve(node)
        for _ in range(4):
            base, _, name = dotted.rpartition(".")
            held = shapes.by_name.get(base)
            if held is None or name in shapes.bound[held.path] or name not in held.imports:
                break
            dotted = held.imports[name]
        return dotted if dotted and shapes.find(dotted) is not None else ""


def _own(graph: _Graph, dotted: str, shape: Shape, app: str) -> None:
    if shape.role == "router":
        graph.prefixes[dotted] = shape.text
    elif shape.role == "app":
        graph.apps[dotted] = shape.origin or app


def _calls(module: Module, shapes: Shapes, graph: _Graph, nodes: list[ast.AST], scope: _Scope) -> None:
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            _decorated(module, shapes, graph, node, scope)
        if isinstance(node, ast.Call):
            _call(module, shapes, graph, node, scope)


def _call(module: Module, shapes: Shapes, graph: _Graph, node: ast.Call, scope: _Scope) -> None:
    owner = ""
    if module.resolve(node.func) in ROUTES:
        owner = "*"
    elif isinstance(node.func, ast.Attribute):
        owner = scope.owner(module, shapes, node.func.value)
        if owner and node.func.attr in INCLUDES:
            _include(module, shapes, graph, node, scope)
            return
        owner = owner if node.func.attr in CALLS else ""
    if owner and node.args and not _is_guarded(node):
        path = literal(shapes, module, node.args[0])
        if path is not None:
            graph.routes.append((owner, path, module.where(node)))


def _include(module: Module, shapes: Shapes, graph: _Graph, node: ast.Call, scope: _Scope) -> None:
    name = getattr(node.func, "attr", "")
    owner = scope.owner(module, shapes, getattr(node.func, "value", node))
    keyword = INCLUDES[name]
    given: str | None
    if name == "mount":
        named = {item.arg: item.value for item in node.keywords}
        place = node.args[0] if node.args else named.get("path")
        mounted = node.args[1] if len(node.args) > 1 else named.get("app")
        if place is None or mounted is None:
            return
        given, inner = literal(shapes, module, place), mounted
    else:
        held = node.args[:1] or [item.value for item in node.keywords if item.arg in {"router", "blueprint"}]
        if not held or _is_guarded(node):
            return
        given, inner = prefix(shapes, module, node, keyword), held[0]
        if name == "register_blueprint" and any(item.arg == keyword for item in node.keywords):
            given = None if given is None else f"={given}"
    dotted = scope.owner(module, shapes, inner)
    if dotted:
        graph.parents.setdefault(dotted, []).append((owner, given))


def _decorated(module: Module, shapes: Shapes, graph: _Graph, node: Function, scope: _Scope) -> None:
    if any(GUARDED.search(ast.unparse(held)) for held in node.decorator_list if not _is_route(held)):
        return
    asked = (*node.args.defaults, *node.args.kw_defaults, *(held.annotation for held in node.args.args))
    if any(held is not None and _needs_login(held) for held in asked):
        return
    for held in node.decorator_list:
        if not _is_route(held) or not isinstance(held, ast.Call) or not isinstance(held.func, ast.Attribute):
            continue
        owner = scope.owner(module, shapes, held.func.value)
        given = (
            held.args[0]
            if held.args
            else next((item.value for item in held.keywords if item.arg in {"path", "rule"}), None)
        )
        path = literal(shapes, module, given) if given is not None else None
        if owner and path is not None and not _is_guarded(held) and _takes_get(held):
            graph.routes.append((owner, path, module.where(held)))


def _is_route(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DECORATORS
    )


def _takes_get(node: ast.Call) -> bool:
    for held in node.keywords:
        if held.arg == "methods" and isinstance(held.value, (ast.List, ast.Tuple, ast.Set)):
            return any(
                isinstance(item, ast.Constant) and str(item.value).upper() == "GET"
                for item in held.value.elts
            )
    return True


def _is_guarded(node: ast.Call) -> bool:
    return any(
        held.arg == "dependencies" and GUARDED.search(ast.unparse(held.value)) for held in node.keywords
    )


def _needs_login(node: ast.expr) -> bool:
    text = ast.unparse(node)
    return (
        "Depends" in text or "Security" in text or "Annotated" in text or text.endswith(("User", "Dep"))
    ) and bool(GUARDED.search(text))


def _whole(owner: str, path: str, graph: _Graph, seen: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield (path with all prefixes, application) for a route below `owner`."""
    if owner in seen or len(seen) > 8:
        return
    if owner == "*" or owner in graph.apps:
        yield _joined(path), graph.apps.get(owner, "")
    own = graph.prefixes.get(owner, "" if owner in graph.apps else None)
    if owner != "*":
        for parent, given in graph.parents.get(owner, ()):
            if given is not None and given.startswith("="):
                yield from _whole(parent, _joined(given[1:], path), graph, (*seen, owner))
            elif own is not None and given is not None:
                yield from _whole(parent, _joined(given, own, path), graph, (*seen, owner))


def _joined(*parts: str) -> str:
    text = "".join(part if part.startswith("/") or not part else f"/{part}" for part in parts)
    return re.sub(r"/{2,}", "/", text) or "/"
