"""Where names are bound: the top of a module and each of its functions, with what they hold.

A name that may stand for an application or a router has an owner, its dotted name: `module.name`,
`module.function.name` for a function's own and its parameters, `module.Class.name` for `self.name`.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from bareboat.project.modules import Module, statements
from bareboat.project.shapes import Function, Shape, Shapes, canonical

__all__ = ["Scope", "found", "owner"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Scope(Struct, frozen=True, eq=False):
    """The top of a module, or a function: `name` is its dotted name, `holder` that of a method's class.

    `app` is the dotted name of a candidate that the function makes. `nodes` are the calls and
    definitions in it, `values` what each name is bound to or extended by, `local` the applications and
    routers that a function's own names hold, `own` those of `self`.
    """

    module: Module
    name: str
    app: str = ""
    holder: str = ""
    bases: tuple[ast.expr, ...] = ()
    parameters: tuple[str, ...] = ()
    nodes: tuple[ast.AST, ...] = ()
    returns: tuple[ast.expr, ...] = ()
    values: Mapping[str, tuple[ast.expr, ...]] = field(default_factory=dict)
    local: Mapping[str, Shape] = field(default_factory=dict)
    own: Mapping[str, Shape] = field(default_factory=dict)

    def made(self, shapes: Shapes) -> Iterator[tuple[str, Shape, ast.Call | None]]:
        """Yield the applications and routers that are bound here: owner, shape, and the call that made it."""
        for name, shape in self.local.items():
            yield f"{self.name}.{name}", shape, self._call(name)
        for name, shape in self.own.items():
            call = self._call(f"self.{name}")
            if call is not None:
                yield f"{self.holder}.{name}", shape, call
        for name in () if self.app or self.holder else shapes.bound[self.module.path]:
            held = shapes.find(f"{self.module.name}.{name}")
            if held is not None:
                yield f"{self.module.name}.{name}", held, self._call(name)

    def _call(self, name: str) -> ast.Call | None:
        calls = (value for value in self.values.get(name, ()) if isinstance(value, ast.Call))
        return next(calls, None)

    def spread(self, node: ast.expr) -> Iterator[ast.expr]:
        """Yield what an expression stands for one by one: the items of a list, of what is looped over."""
        if isinstance(node, ast.Starred):
            yield from self.spread(node.value)
        elif isinstance(node, (ast.List, ast.Tuple)):
            for item in node.elts:
                yield from self.spread(item)
        elif isinstance(node, ast.Name) and f"for {node.id}" in self.values:
            for value in self.values[f"for {node.id}"]:
                if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
                    yield from value.elts
                elif isinstance(value, ast.Name) and value.id != node.id:
                    for held in self.values.get(value.id, ()):
                        yield from self.spread(held)
        else:
            yield node


def found(module: Module, shapes: Shapes) -> tuple[Scope, ...]:
    """Return the scopes of a module, its top first."""
    body = module.tree.body
    top = Scope(module, module.name, nodes=tuple(_top(body)), values=_values(body))
    return (top, *_functions(module, shapes, body, module.name, None))


def _functions(
    module: Module, shapes: Shapes, body: Iterable[ast.stmt], above: str, holder: ast.ClassDef | None
) -> Iterator[Scope]:
    own = _own(module, shapes, holder) if holder is not None else {}
    for node in statements(body):
        if isinstance(node, ast.ClassDef):
            yield from _functions(module, shapes, node.body, f"{above}.{node.name}", node)
        elif isinstance(node, _FUNCTIONS):
            name = f"{above}.{node.name}"
            yield Scope(
                module,
                name,
                name,
                above if holder is not None else "",
                tuple(holder.bases) if holder is not None else (),
                _parameters(node, is_method=holder is not None),
                tuple(inner for statement in node.body for inner in _kept(statement)),
                tuple(
                    one.value
                    for one in statements(node.body)
                    if isinstance(one, ast.Return) and one.value is not None
                ),
                _values(node.body),
                shapes.locals(module, node),
                own,
            )
            yield from _functions(module, shapes, node.body, name, None)


def _parameters(node: Function, *, is_method: bool) -> tuple[str, ...]:
    held = node.args
    names = [one.arg for one in (*held.posonlyargs, *held.args)]
    is_static = any(getattr(one, "id", "") == "staticmethod" for one in node.decorator_list)
    names = names[1:] if is_method and not is_static else names
    return (*names, *(one.arg for one in held.kwonlyargs))


def _own(module: Module, shapes: Shapes, node: ast.ClassDef) -> dict[str, Shape]:
    """Return the applications and routers that the methods of a class bind to `self`."""
    held: dict[str, Shape] = {}
    for method in node.body:
        for name, values in _values(method.body).items() if isinstance(method, _FUNCTIONS) else ():
            for value in values if name.startswith("self.") else ():
                shape = shapes.value(module, value)
                if shape is not None and shape.role in {"app", "router", "object"}:
                    held.setdefault(name.removeprefix("self."), shape)
    return held


def _kept(node: ast.AST) -> Iterator[ast.AST]:
    return (one for one in ast.walk(node) if isinstance(one, (ast.Call, *_FUNCTIONS, ast.ClassDef)))


def _top(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the calls and definitions at the top of a module, and the methods of its classes."""
    for node in statements(body):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            yield node
            yield from (
                one
                for one in getattr(node, "body", ())
                if isinstance(node, ast.ClassDef) and isinstance(one, _FUNCTIONS)
            )
        elif not isinstance(
            node, (ast.If, ast.For, ast.While, ast.With, ast.AsyncWith, ast.AsyncFor, ast.Try)
        ):
            yield from _kept(node)


def _values(body: Iterable[ast.stmt]) -> dict[str, tuple[ast.expr, ...]]:
    """Return what each name is bound to, extended by, or (as `for name`) looped over."""
    held: dict[str, tuple[ast.expr, ...]] = {}
    for node in statements(body):
        for name, value in _bound(node):
            held[name] = (*held.get(name, ()), value)
    return held


def _bound(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    pairs: list[tuple[ast.AST, ast.expr]] = []
    mark = ""
    if isinstance(node, ast.Assign):
        pairs = [(target, node.value) for target in node.targets]
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)) and node.value is not None:
        pairs = [(node.target, node.value)]
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        pairs, mark = [(node.target, node.iter)], "for "
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        pairs = [(one.optional_vars, one.context_expr) for one in node.items if one.optional_vars is not None]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and node.value.args:
        called, given = node.value.func, node.value.args[0]
        if isinstance(called, ast.Attribute) and called.attr in {"append", "extend"}:
            pairs = [(called.value, given if called.attr == "extend" else ast.List([given], ast.Load()))]
    return ((f"{mark}{_name(target)}", value) for target, value in pairs if _name(target))


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    is_self = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return f"self.{node.attr}" if is_self and isinstance(node, ast.Attribute) else ""


def owner(shapes: Shapes, scope: Scope, node: ast.AST) -> str:
    """Return the owner that an expression stands for, empty where it is none."""
    name = _name(node)
    if name in scope.local or name in scope.parameters:
        return f"{scope.name}.{name}"
    if name.startswith("self.") and name.removeprefix("self.") in scope.own:
        return f"{scope.holder}.{name.removeprefix('self.')}"
    dotted = canonical(shapes, scope.module.resolve(node))
    return dotted if dotted and shapes.find(dotted) is not None else ""
