"""Routes given as lists: Starlette's and aiohttp's, Tornado's rules, Litestar's handlers and controllers.

A list is followed through names, sums, unpacking and functions that return one.
"""

import ast
import re
from collections.abc import Mapping

from bareboat.project.answering import is_guarded, is_open, needs_login, refuses, takes_get
from bareboat.project.modules import Module
from bareboat.project.routegraph import ANY, Graph, Route, joined
from bareboat.project.scopes import Scope, owner
from bareboat.project.shapes import Function, Shapes, canonical, definition, literal, prefix

__all__ = ["MADE", "Lists", "plain"]

_ROUTED = frozenset({
    "fastapi.FastAPI", "fastapi.APIRouter", "fastapi.applications.FastAPI", "fastapi.routing.APIRouter",
    "starlette.applications.Starlette", "starlette.routing.Router",
})  # fmt: skip
_HANDLED = frozenset({
    "litestar.Litestar", "litestar.Router", "litestar.app.Litestar", "litestar.router.Router",
    "starlite.Router", "starlite.Starlite",
})  # fmt: skip
_ROUTES = frozenset({
    "fastapi.routing.APIRoute", "starlette.routing.Route", "aiohttp.web.get", "aiohttp.web.view",
    "tornado.routing.Rule", "tornado.routing.URLSpec", "tornado.web.URLSpec", "tornado.web.url",
})  # fmt: skip
_GETS = frozenset({"get", "route"})
_MOUNT = "starlette.routing.Mount"
_TORNADO = "tornado.web.Application"
MADE = frozenset({
    *(*_ROUTED, *_HANDLED, *_ROUTES, _MOUNT, _TORNADO),
    *("aiohttp.web.route", f"{_TORNADO}.__init__", "bottle.get", "bottle.route"),
})  # fmt: skip
"""What makes or adds routes by itself: a file that calls none of these has only what others call."""
_DEPTH = 8
_PLAIN = re.compile(r"[\w/.~-]+")


class Lists:
    """Reads lists of routes into a graph; `scopes` are those of all modules by name."""

    def __init__(self, shapes: Shapes, graph: Graph, scopes: Mapping[str, Scope]) -> None:
        self.shapes, self.graph, self.scopes = shapes, graph, scopes

    def construct(self, scope: Scope, name: str, called: str, node: ast.Call) -> None:
        """Add the routes that an application or a router called `name` is made with."""
        named = {held.arg: held.value for held in node.keywords}
        given: ast.expr | None = None
        if called in _ROUTED:
            at = 1 if called.endswith(".Starlette") else 0
            given = named.get("routes") or (node.args[at] if len(node.args) > at else None)
        elif called in _HANDLED:
            given = named.get("route_handlers")
            given = given or next((one for one in node.args if isinstance(one, (ast.List, ast.Name))), None)
            if name in self.graph.apps:
                self.graph.prefixes[name] = prefix(self.shapes, scope.module, node, "path")
        if given is not None:
            self.attach(scope, name, given)

    def tornado(self, scope: Scope, node: ast.Call) -> None:
        """Add the rules of a Tornado application, made or initialised by this call."""
        called = scope.module.resolve(node.func)
        at = 0
        if called == f"{_TORNADO}.__init__":
            at = 1
        elif called != _TORNADO:
            is_super = isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"
            if not is_super or _TORNADO not in {scope.module.resolve(base) for base in scope.bases}:
                return
        named = {held.arg: held.value for held in node.keywords}
        given = node.args[at] if len(node.args) > at else named.get("handlers")
        if given is not None:
            self.attach(scope, ANY, given)

    def attach(self, scope: Scope, parent: str, node: ast.expr, depth: int = 0) -> None:
        """Add the routes of a list, or of one of its items, below `parent`."""
        if depth > _DEPTH:
            return
        if isinstance(node, ast.Starred):
            self.attach(scope, parent, node.value, depth + 1)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            self.attach(scope, parent, node.left, depth + 1)
            self.attach(scope, parent, node.right, depth + 1)
        elif (
            isinstance(node, ast.Tuple) and len(node.elts) > 1 and self._text(scope, node.elts[0]) is not None
        ):
            self._rule(scope, parent, node.elts[0], node.elts[1], node)
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            for item in node.elts:
                self.attach(scope, parent, item, depth + 1)
        elif isinstance(node, ast.Call):
            self._call(scope, parent, node, depth + 1)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            self._name(scope, parent, node, depth + 1)

    def _text(self, scope: Scope, node: ast.expr) -> str | None:
        return literal(self.shapes, scope.module, node)

    def _name(self, scope: Scope, parent: str, node: ast.expr, depth: int) -> None:
        found = owner(self.shapes, scope, node)
        if found in self.graph.prefixes or found in self.graph.apps or found in self.graph.parameters:
            self.graph.include(found, parent, "")
            return
        own = scope.values.get(node.id, ()) if isinstance(node, ast.Name) else ()
        place = definition(self.shapes, scope.module, node) if not own else None
        if place is None:
            for value in own:
                self.attach(scope, parent, value, depth)
        elif isinstance(place[1], (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._handler(place[0], parent, "", place[1])
        elif isinstance(place[1], ast.ClassDef):
            self._controller(place[0], parent, place[1])
        else:
            top = self.scopes.get(place[0].name)
            name = canonical(self.shapes, scope.module.resolve(node)).rpartition(".")[2]
            for value in top.values.get(name, ()) if top is not None else ():
                self.attach(top or scope, parent, value, depth)

    def _call(self, scope: Scope, parent: str, node: ast.Call, depth: int) -> None:
        module = scope.module
        called = module.resolve(node.func)
        named = {held.arg: held.value for held in node.keywords}
        if called == _MOUNT:
            self._mount(scope, parent, node, depth)
        elif called == "aiohttp.web.route" and len(node.args) > 2:
            if (self._text(scope, node.args[0]) or "").upper() in {"GET", "*"}:
                self._rule(scope, parent, node.args[1], node.args[2], node)
        elif called in _ROUTES:
            place = node.args[0] if node.args else named.get("path") or named.get("pattern")
            handler = node.args[1] if len(node.args) > 1 else named.get("endpoint") or named.get("handler")
            if place is not None and handler is not None and takes_get(node) and not is_guarded(node):
                self._rule(scope, parent, place, handler, node)
        elif called in _HANDLED:
            own = prefix(self.shapes, module, node, "path")
            if node.args and own == "":
                own = self._text(scope, node.args[0])
            if own is not None and not is_guarded(node) and "route_handlers" in named:
                inner = f"{module.where(node)}:{node.col_offset}"
                self.graph.prefixes[inner] = own
                self.graph.include(inner, parent, "")
                self.attach(scope, inner, named["route_handlers"], depth)
        else:
            made = self.scopes.get(canonical(self.shapes, called))
            for value in made.returns if made is not None else ():
                self.attach(made or scope, parent, value, depth)

    def _mount(self, scope: Scope, parent: str, node: ast.Call, depth: int) -> None:
        """Add what Starlette's Mount passes on: a list of routes, or an application."""
        named = {held.arg: held.value for held in node.keywords}
        place = node.args[0] if node.args else named.get("path")
        text = self._text(scope, place) if place is not None else None
        if text is None or any(sign in text for sign in "{"):
            return
        inner = f"{scope.module.where(node)}:{node.col_offset}"
        self.graph.prefixes[inner] = text
        self.graph.include(inner, parent, "")
        for one in (*node.args[1:2], named.get("app"), named.get("routes"), *node.args[2:3]):
            if isinstance(one, ast.Call) and scope.module.resolve(one.func) in _ROUTED:
                self.construct(scope, inner, scope.module.resolve(one.func), one)
            elif one is not None:
                self.attach(scope, inner, one, depth)

    def _rule(self, scope: Scope, parent: str, place: ast.expr, handler: ast.expr, node: ast.expr) -> None:
        text = self._text(scope, place)
        path = plain(text) if text is not None else None
        if path is not None and not refuses(self.shapes, scope.module, handler):
            self.graph.routes.append(Route(parent, path, scope.module.where(node)))

    def _handler(self, module: Module, parent: str, above: str, node: Function) -> None:
        """Add what Litestar's decorators on a function say."""
        for held in node.decorator_list:
            call = held if isinstance(held, ast.Call) else None
            named = module.resolve(call.func if call is not None else held)
            package, _, name = named.rpartition(".")
            if package.partition(".")[0] not in {"litestar", "starlite"} or name not in _GETS:
                continue
            if call is not None and (is_guarded(call) or not takes_get(call)):
                continue
            if not is_open(node) or needs_login(one for one in node.decorator_list if one is not held):
                continue
            given = [one.value for one in call.keywords if one.arg == "path"] if call is not None else []
            given = [*(call.args[:1] if call is not None else ()), *given]
            places = given[0].elts if given and isinstance(given[0], (ast.List, ast.Tuple)) else given[:1]
            paths = [literal(self.shapes, module, one) for one in places] if places else [""]
            for path in paths:
                if path is not None:
                    whole = joined(above, path)
                    self.graph.routes.append(Route(parent, whole.rstrip("/") or "/", module.where(held)))

    def _controller(self, module: Module, parent: str, node: ast.ClassDef) -> None:
        """Add the handlers of a Litestar controller."""
        values = {}
        for item in node.body:
            if isinstance(item, ast.Assign):
                values.update({one.id: item.value for one in item.targets if isinstance(one, ast.Name)})
            elif (
                isinstance(item, ast.AnnAssign)
                and isinstance(item.target, ast.Name)
                and item.value is not None
            ):
                values[item.target.id] = item.value
        above = literal(self.shapes, module, values["path"]) if "path" in values else ""
        if above is None or ("guards" in values and needs_login([values["guards"]])):
            return
        for item in node.body:
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._handler(module, parent, above, item)


def plain(text: str) -> str | None:
    """Return the path that a pattern, regular expression or none, matches alone; None where it has parts."""
    held = (
        text.removeprefix("^").removesuffix("$").replace("\\.", ".").replace("\\-", "-").replace("\\/", "/")
    )
    held = re.sub(r"/(\?|\*)$", "", held)
    return held if not held or _PLAIN.fullmatch(held) else None
