"""Pyramid's routes: a name with a pattern on a configurator, and the views of that name.

`config.include` is followed into functions and modules, with its prefix; views come from
`config.add_view` and `@view_config`.
"""

import ast
from collections.abc import Collection, Iterator, Mapping

from bareboat.project import scopes
from bareboat.project.answering import needs_login, takes_get
from bareboat.project.modules import Modules
from bareboat.project.routegraph import ANY, Graph, Route, joined
from bareboat.project.scopes import Scope
from bareboat.project.shapes import Shapes, canonical, literal

__all__ = ["read"]

_CONFIGURATORS = frozenset({"pyramid.config.Configurator"})
_MOST = 10_000


def read(modules: Modules, shapes: Shapes, graph: Graph) -> None:
    """Add the routes that a view answers to `graph`."""
    held = [module for module in modules if not module.is_aside]
    if not any("pyramid" in module.packages for module in held):
        return
    found = [_Configured(shapes, one) for module in held for one in scopes.found(module, shapes)]
    viewed = {name for one in found for name in one.views()}
    by_name = {one.scope.name: one for one in found}
    makers = {one.scope.name for one in found if one.makes(_CONFIGURATORS)}
    roots = [one for one in found if one.makes(_CONFIGURATORS) or one.makes(makers)]
    called = {name for one in roots for name in one.called()}
    answered = [
        {path: where for name, path, where in _below(one, "", by_name, set()) if name in viewed}
        for one in roots
        if one.scope.name not in called
    ]
    for path, where in answered[0].items() if answered else ():
        if all(path in one for one in answered):  # the tree does not tell which of them is served
            graph.routes.append(Route(ANY, path, where, "pyramid"))


def _below(
    one: "_Configured", above: str, by_name: Mapping[str, "_Configured"], seen: set[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield (name, path, where) for the routes of a scope and of all that it includes or calls."""
    if (one.scope.name, above) in seen or len(seen) > _MOST or one.is_scoped():
        return
    seen.add((one.scope.name, above))
    yield from ((name, joined(above, pattern), where) for name, pattern, where in one.routes())
    for dotted, given in one.includes():
        inner = by_name.get(f"{dotted}.includeme") or by_name.get(dotted)
        if inner is not None and given is not None:
            yield from _below(inner, joined(above, given) if given else above, by_name, seen)


class _Configured:
    """What one scope does with a configurator."""

    def __init__(self, shapes: Shapes, scope: Scope) -> None:
        self.shapes, self.scope, self.module = shapes, scope, scope.module
        self.calls = [node for node in scope.nodes if isinstance(node, ast.Call)]

    def makes(self, makers: Collection[str]) -> bool:
        """Return whether it makes a configurator, or calls what does."""
        return any(name in makers for name in self.called())

    def called(self) -> Iterator[str]:
        """Yield the dotted names of what it calls."""
        return (canonical(self.shapes, self.module.resolve(node.func)) for node in self.calls)

    def is_scoped(self) -> bool:
        """Return whether some routes have a prefix that holds for a part of the function."""
        return any(_called(node) == "route_prefix_context" for node in self.calls)

    def routes(self) -> Iterator[tuple[str, str, str]]:
        """Yield (name, pattern, where) for each route."""
        for node in self.calls:
            if _called(node) == "add_route" and takes_get(node):
                named = {held.arg: held.value for held in node.keywords}
                place = node.args[1] if len(node.args) > 1 else named.get("pattern") or named.get("path")
                name = node.args[0] if node.args else named.get("name")
                texts = [literal(self.shapes, self.module, one) if one else None for one in (name, place)]
                if texts[0] is not None and texts[1] is not None:
                    yield texts[0], texts[1], self.module.where(node)

    def includes(self) -> Iterator[tuple[str, str | None]]:
        """Yield the dotted names of what is included, with the prefix; and of functions that are called."""
        for node in self.calls:
            named = {held.arg: held.value for held in node.keywords}
            if _called(node) == "include" and node.args:
                given = node.args[1] if len(node.args) > 1 else named.get("route_prefix")
                text = literal(self.shapes, self.module, given) if given is not None else ""
                yield self._dotted(node.args[0]), text
            else:
                yield canonical(self.shapes, self.module.resolve(node.func)), ""

    def _dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = self.module.name if self.module.is_package else self.module.name.rpartition(".")[0]
            return f"{name}{node.value}" if node.value.startswith(".") else node.value
        if isinstance(node, ast.Name) and node.id == "__name__":
            return self.module.name
        return canonical(self.shapes, self.module.resolve(node))

    def views(self) -> Iterator[str]:
        """Yield the names of routes that a view answers for everybody."""
        for node in self.calls:
            if _called(node) in {"add_view", "add_static_view"}:
                yield from self._route_name(node)
        for one in self.scope.nodes:
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                for held in one.decorator_list:
                    if isinstance(held, ast.Call):  # view_config, or what a project makes of it
                        others = [other for other in one.decorator_list if other is not held]
                        yield from self._route_name(held) if not needs_login(others) else ()

    def _route_name(self, node: ast.Call) -> Iterator[str]:
        named = {held.arg: held.value for held in node.keywords}
        permission = named.get("permission")
        is_open = permission is None or ast.unparse(permission).endswith("NO_PERMISSION_REQUIRED")
        text = literal(self.shapes, self.module, named["route_name"]) if "route_name" in named else None
        if text is not None and takes_get(node) and is_open:
            yield text


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
