"""What the calls and decorators of all modules register: routes, inclusions, mounts, with their owners.

Read: `@app.get("/x")`, `app.add_route("/x", …)`, `app.router.add_get("/x", …)`, `include_router`,
`register_blueprint`, `mount`, `add_subapp`, and lists given to constructors (`routelists.py`). A
function that is given an application is followed from its callers.
"""

import ast
from collections.abc import Iterator, Mapping

from bareboat.project import scopes
from bareboat.project.answering import is_guarded, is_open, needs_login, refuses, takes_get
from bareboat.project.modules import Module, Modules
from bareboat.project.routegraph import ANY, Graph, Route
from bareboat.project.routelists import MADE, Lists
from bareboat.project.scopes import Scope
from bareboat.project.shapes import Function, Shape, Shapes, canonical, literal, prefix

__all__ = ["read"]

_DECORATORS = frozenset({"get", "route", "api_route", "view"})
_BOTTLE = frozenset({"bottle.get", "bottle.route"})
_CALLS = frozenset({"add_api_route", "add_route", "add_url_rule", "add_get", "add_view", "add_resource"})
_INCLUDES = {
    "add_namespace": "path",
    "blueprint": "url_prefix",
    "include_router": "prefix",
    "register_api": "url_prefix",
    "register_blueprint": "url_prefix",
    "register_router": "prefix",
}
_REPLACING = frozenset({"add_namespace", "blueprint", "register_api", "register_blueprint"})
"""Inclusions whose prefix stands for the one that the router gives itself."""
_MOUNTS = frozenset({"mount", "add_subapp"})
_HANDED = frozenset({"add_routes", "register"})
_CALLED = frozenset({*_CALLS, *_INCLUDES, *_MOUNTS, *_HANDED, "init_app"})
_WRAPPERS = frozenset({
    "a2wsgi.ASGIMiddleware", "a2wsgi.WSGIMiddleware", "asgiref.wsgi.WsgiToAsgi", "socketio.ASGIApp",
    "socketio.WSGIApp",
})  # fmt: skip
"""Applications that pass on what they do not answer themselves."""
_APIS = frozenset({"flask_restful.Api", "flask_restx.Api", "flask_smorest.Api"})
"""What adds routes to the application or blueprint that it is given."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_GUARDS = frozenset({"before_request", "on_request", "middleware"})


def read(modules: Modules, shapes: Shapes, graph: Graph) -> dict[str, Scope]:
    """Add what all modules register to `graph`; return the scopes of those that could, by name."""
    held = [one for module in modules if _has_routes(module, shapes) for one in scopes.found(module, shapes)]
    by_name = {one.name: one for one in held}
    readers = [_Reader(shapes, graph, one, by_name) for one in held]
    for reader in readers:
        reader.own()
    for reader in readers:
        reader.read()
    return by_name


def _has_routes(module: Module, shapes: Shapes) -> bool:
    """Return whether anything in the file could make, add, include or be handed a route."""
    if module.is_aside:
        return False
    for node in module.nodes:
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name in _CALLED or module.resolve(node.func) in MADE:
                return True
        if isinstance(node, ast.ClassDef) and any(module.resolve(base) in MADE for base in node.bases):
            return True
        decorators = node.decorator_list if isinstance(node, _DEFINITIONS) else ()
        if any(map(_is_route, decorators)):
            return True
    roles = {"app", "router"}
    return any(
        getattr(shapes.find(f"{module.name}.{name}"), "role", "") in roles
        for name in shapes.bound[module.path]
    )


class _Reader:
    """Reads one scope: the top of a module, or a function."""

    def __init__(self, shapes: Shapes, graph: Graph, scope: Scope, by_name: Mapping[str, Scope]) -> None:
        self.module, self.shapes, self.graph, self.scope = scope.module, shapes, graph, scope
        self.scopes = by_name
        self.lists = Lists(shapes, graph, by_name)
        self.made = [one for one in scope.made(shapes) if one[1].role in {"app", "router"}]

    def own(self) -> None:
        """Note the applications and routers of the scope: others include and list them."""
        for parameter in self.scope.parameters:
            self.graph.parameters.add(f"{self.scope.name}.{parameter}")
        for name, shape, made in self.made:
            self._own(name, shape, made)

    def read(self) -> None:
        """Add the scope's routes, and what it hands on to functions and constructors."""
        for name, _, made in self.made:
            if made is not None:
                self._constructed(name, made)
        for node in self.scope.nodes:
            if isinstance(node, _DEFINITIONS):
                self._decorated(node)
            elif isinstance(node, ast.Call):
                self._passed_on(node)
                self._called(node)
                self.lists.tornado(self.scope, node)
        for value in self.scope.returns:
            shape = self.shapes.value(self.module, value)
            if isinstance(value, ast.Call) and shape is not None and shape.role in {"app", "router"}:
                name = f"{self.scope.name}.return"
                self._own(name, shape, value)
                self._constructed(name, value)

    def _owner(self, node: ast.AST) -> str:
        return scopes.owner(self.shapes, self.scope, node)

    def _own(self, name: str, shape: Shape, made: ast.Call | None) -> None:
        if shape.role == "router":
            self.graph.prefixes[name] = shape.text
        else:
            self.graph.apps[name] = shape.origin or (self.scope.app if self._is_given(name) else name)
        if made is None:
            return
        if is_guarded(made):
            self.graph.closed.add(name)
        called = self.module.resolve(made.func)
        if called == "flask_restx.Namespace" and made.args and shape.text == "":
            self.graph.prefixes[name] = literal(self.shapes, self.module, made.args[0])
        if called.endswith("Blueprint.group"):
            self.graph.joining.add(name)
        if "sanic" in called and any(held.arg in {"version", "version_prefix"} for held in made.keywords):
            self.graph.prefixes[name] = None

    def _is_given(self, name: str) -> bool:
        """Return whether a function gives back what its own name holds, so that a candidate is that."""
        last = name.rpartition(".")[2]
        return bool(self.scope.app) and any(
            last == "return"
            or any(isinstance(node, ast.Name) and node.id == last for node in ast.walk(value))
            for value in self.scope.returns
        )

    def _constructed(self, name: str, made: ast.Call) -> None:
        called = self.module.resolve(made.func)
        self.lists.construct(self.scope, name, called, made)
        if called in _APIS:
            self._added_to(name, made)
        if called.endswith("Blueprint.group"):
            for one in made.args:
                self._join(one, name, "")
        if called in _WRAPPERS:
            for one in (*made.args, *(held.value for held in made.keywords)):
                self._join(one, name, "")

    def _join(self, inner: ast.expr, parent: str, given: str | None, *, replaces: bool = False) -> None:
        for one in self.scope.spread(inner):
            name = self._made(one) if isinstance(one, ast.Call) else self._owner(one)
            if name:
                self.graph.include(name, parent, given, replaces=replaces)

    def _added_to(self, name: str, node: ast.Call) -> None:
        """Note which application or blueprint an API of Flask's extensions is given."""
        held = [*node.args[:1], *(one.value for one in node.keywords if one.arg in {"app", "blueprint"})]
        for parent in filter(None, map(self._owner, held)):
            self.graph.include(name, parent, "")

    def _made(self, node: ast.Call) -> str:
        """Return an owner for a router that is made where it is included, empty for anything else."""
        shape = self.shapes.value(self.module, node)
        if shape is None or shape.role != "router":
            return ""
        name = f"{self.module.where(node)}:{node.col_offset}"
        self._own(name, shape, node)
        self._constructed(name, node)
        return name

    def _called(self, node: ast.Call) -> None:
        if not isinstance(node.func, ast.Attribute):
            return
        name = node.func.attr
        target = _application(node.func.value)
        if name not in _CALLED:
            return
        parent = self._owner(target)
        if not parent or is_guarded(node):
            return
        if name == "init_app":
            self._added_to(parent, node)
        elif name in _MOUNTS:
            self._mount(node, parent)
        elif name in _INCLUDES:
            self._include(node, parent, name)
        elif name in _HANDED:
            for one in node.args[:1]:
                self.lists.attach(self.scope, parent, one)
        elif takes_get(node):
            self._added(node, parent, name)

    def _added(self, node: ast.Call, parent: str, name: str) -> None:
        """Note a route that a call adds; where its path stands is told by what the arguments are."""
        named = {held.arg: held.value for held in node.keywords}
        given = [*node.args]
        texts = [literal(self.shapes, self.module, one) for one in given[:2]]
        place = named.get("path") or named.get("rule") or named.get("uri") or named.get("uri_template")
        handler = named.get("view_func") or named.get("endpoint") or named.get("handler")
        if len(texts) > 1 and texts[0] is not None and not texts[0].startswith("/"):
            if texts[1] is None or not texts[1].startswith("/") or texts[0].upper() not in {"GET", "*"}:
                return  # another method, or Pyramid's names of routes
            place, handler = given[1], handler or (given[2] if len(given) > 2 else None)
        elif len(texts) > 1 and texts[0] is None and texts[1] is not None:
            place, handler = given[1], given[0]  # Sanic, Flask-RESTful
        elif given and place is None:
            place = given[0]
            handler = handler or (given[-1] if len(given) > 1 else None)
        path = literal(self.shapes, self.module, place) if place is not None else None
        if path is None or (handler is not None and refuses(self.shapes, self.module, handler)):
            return
        if name == "add_resource" and not any(texts[1:]):
            return
        self.graph.routes.append(Route(parent, path, self.module.where(node)))

    def _mount(self, node: ast.Call, parent: str) -> None:
        named = {held.arg: held.value for held in node.keywords}
        place = node.args[0] if node.args else named.get("path")
        mounted = node.args[1] if len(node.args) > 1 else named.get("app")
        if place is not None and mounted is not None:
            self._join(mounted, parent, literal(self.shapes, self.module, place))

    def _include(self, node: ast.Call, parent: str, name: str) -> None:
        keyword = _INCLUDES[name]
        held = [*node.args[:1], *(one.value for one in node.keywords if one.arg in {"router", "blueprint"})]
        given = prefix(self.shapes, self.module, node, keyword)
        if any(one.arg in {"version", "host"} for one in node.keywords):
            given = None
        has_own = any(one.arg == keyword for one in node.keywords)
        for one in held:
            self._join(one, parent, given, replaces=name in _REPLACING and has_own and given is not None)

    def _passed_on(self, node: ast.Call) -> None:
        """Note the applications that a call gives to a function of the project."""
        given = [*((at, one) for at, one in enumerate(node.args)), *((k.arg, k.value) for k in node.keywords)]
        if not given:
            return
        called = self._function(node.func)
        if called is None:
            return
        for at, one in given:
            name = _parameter(called, at)
            held = self._owner(one) if name and isinstance(one, (ast.Name, ast.Attribute)) else ""
            if held:
                self.graph.include(f"{called.name}.{name}", held, "")

    def _function(self, node: ast.expr) -> Scope | None:
        """Return the function or the constructor of the project that is called."""
        is_own = (
            isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        )
        if is_own and isinstance(node, ast.Attribute) and self.scope.holder:
            return self.scopes.get(f"{self.scope.holder}.{node.attr}")
        dotted = canonical(self.shapes, self.module.resolve(node))
        return self.scopes.get(dotted) or self.scopes.get(f"{dotted}.__init__")

    def _decorated(self, node: ast.AST) -> None:
        if not isinstance(node, _DEFINITIONS):
            return
        routes = [held for held in node.decorator_list if _is_route(held)]
        others = [held for held in node.decorator_list if held not in routes]
        for held in others:
            if isinstance(held, ast.Attribute) and held.attr in _GUARDS and _is_login(node, others):
                self.graph.closed |= {self._owner(held.value)} - {"", ANY}
        if not routes or needs_login(others) or not self._answers(node):
            return
        for held in routes:
            if not isinstance(held, ast.Call) or is_guarded(held) or not takes_get(held):
                continue
            if self.module.resolve(held.func) in _BOTTLE:
                parent, framework = ANY, "bottle"
            elif isinstance(held.func, ast.Attribute):
                parent, framework = self._owner(_application(held.func.value)), ""
            else:
                continue
            named = (one.value for one in held.keywords if one.arg in {"path", "rule", "uri"})
            place = held.args[0] if held.args else next(named, None)
            for path in self._paths(place) if parent else ():
                self.graph.routes.append(Route(parent, path, self.module.where(held), framework))

    def _answers(self, node: Function | ast.ClassDef) -> bool:
        if isinstance(node, ast.ClassDef):
            names = {
                item.name for item in node.body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))
            }
            return "get" in names and not needs_login(node.bases)
        return is_open(node)

    def _paths(self, place: ast.expr | None) -> Iterator[str]:
        items = place.elts if isinstance(place, (ast.List, ast.Tuple)) else [place]
        for one in items:
            path = literal(self.shapes, self.module, one) if one is not None else None
            if path is not None:
                yield path


def _is_route(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in _DECORATORS


def _parameter(called: Scope, at: int | str | None) -> str:
    """Return the name of a function's parameter by place or keyword, empty where it has none."""
    if isinstance(at, int):
        return called.parameters[at] if at < len(called.parameters) else ""
    return at if at in called.parameters else ""


def _is_login(node: Function | ast.ClassDef, others: list[ast.expr]) -> bool:
    return needs_login((ast.Name(node.name), *others))


def _application(node: ast.expr) -> ast.expr:
    """Return `app` of `app.router`, which registers for it."""
    return node.value if isinstance(node, ast.Attribute) and node.attr == "router" else node
