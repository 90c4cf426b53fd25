"""What the names of a module stand for: applications, factories, routers, text, found in syntax trees.

`Shapes` answers for a dotted name, following imports from file to file (`from .main import app`).
"""

import ast
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from bareboat.project.frameworks import CONSTRUCTORS, METHODS, OBJECTS, POSITIONS, ROUTERS, Framework, Kind
from bareboat.project.modules import Module, Modules, statements

__all__ = [
    "Bound", "Function", "Shape", "Shapes", "canonical", "definition", "functions", "literal", "prefix",
]  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef
Bound = ast.expr | Function | ast.ClassDef
DEPTH = 16


class Shape(Struct, frozen=True):
    """What a name stands for.

    `role` is `app`, `factory`, `class`, `router`, `object` (of a class in `framework`'s place)
    or `text`. `origin` is the dotted name of the place where it was made. `text` is a router's
    prefix, a string's value or an object's class; None where it is not literal.
    """

    role: str
    where: str
    origin: str
    framework: Framework | None = None
    text: str | None = None


class Shapes(Struct):
    """The shapes of all module-level names, worked out once, on demand."""

    modules: Modules
    by_name: dict[str, Module] = field(default_factory=dict)
    known: dict[str, Shape | None] = field(default_factory=dict)
    bound: dict[str, dict[str, Bound]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name = self.modules.named()
        for module in self.modules:
            self.bound[module.path] = _bindings(module.tree)

    def bound_in(self, name: str) -> Mapping[str, Bound]:
        """Return what the names of a module of the project are bound to; nothing for any other."""
        held = self.by_name.get(name)
        return self.bound[held.path] if held is not None else {}

    def find(self, dotted: str, depth: int = 0) -> Shape | None:
        """Return the shape of a dotted name, None where it is nothing of interest."""
        if dotted in self.known:
            return self.known[dotted]
        if depth > DEPTH:
            return None
        self.known[dotted] = None
        shape = self._named(dotted, depth + 1)
        self.known[dotted] = shape
        return shape

    def _named(self, dotted: str, depth: int) -> Shape | None:  # noqa: PLR0911 - one return a kind of thing
        if dotted in CONSTRUCTORS:
            return Shape("class", "", dotted, CONSTRUCTORS[dotted])
        if dotted in ROUTERS:
            return Shape("router class", "", dotted)
        if dotted in OBJECTS:
            return Shape("object class", "", dotted, text=dotted)
        base, _, name = dotted.rpartition(".")
        module = self.by_name.get(base)
        if module is None and base and "." in base:
            return self._member(base, name, depth)
        if module is None:
            return None
        node = self.bound[module.path].get(name)
        if node is None:
            targets = [module.imports[name]] if name in module.imports else []
            targets += [f"{star}.{name}" for star in module.stars]
            found = [self.find(target, depth) for target in targets if target != dotted]
            return next((shape for shape in found if shape is not None), None)
        return self._bound(module, dotted, node, depth)

    def _member(self, base: str, name: str, depth: int) -> Shape | None:
        """Return `base.name` where base is an object or a class of which the table or a tree tells."""
        owner = self.find(base, depth)
        if owner is None or owner.text is None:
            return None
        framework = METHODS.get((owner.text, name))
        if owner.role == "object" and framework is not None:
            return Shape("app", owner.where, f"{owner.origin}.{name}", framework)
        if owner.role in {"object", "class body"}:
            holder, _, title = owner.text.rpartition(".")
            module = self.by_name.get(holder)
            node = self.bound[module.path].get(title) if module is not None else None
            if module is not None and isinstance(node, ast.ClassDef):
                value = _bindings(node).get(name)
                if isinstance(value, ast.expr) and (text := literal(self, module, value)) is not None:
                    return Shape("text", module.where(value), f"{owner.text}.{name}", text=text)
        return None

    def _bound(self, module: Module, dotted: str, node: Bound, depth: int) -> Shape | None:
        where = module.where(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._function(module, dotted, node, depth)
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                shape = self.find(module.resolve(base), depth)
                if shape is not None and shape.role in {"class", "router class"}:
                    return Shape(shape.role, where, dotted, shape.framework)
            is_asgi = any(
                isinstance(item, ast.AsyncFunctionDef)
                and item.name == "__call__"
                and _parameters(item)[1:] == ASGI
                for item in node.body
            )
            if is_asgi:
                return Shape("class", where, dotted, Framework("", Kind.ASGI))
            return Shape("class body", where, dotted, text=dotted)
        shape = self.value(module, node, depth)
        if shape is not None and isinstance(node, ast.Call):
            return Shape(shape.role, where, shape.origin or dotted, shape.framework, shape.text)
        return shape

    def value(self, module: Module, node: ast.expr, depth: int = 0) -> Shape | None:
        """Return the shape of an expression at module level."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.find(module.resolve(node), depth + 1)
        text = literal(self, module, node)
        if text is not None:
            return Shape("text", module.where(node), "", text=text)
        if isinstance(node, ast.Call):
            return self._call(module, node, depth + 1)
        return None

    def _call(self, module: Module, node: ast.Call, depth: int) -> Shape | None:  # noqa: PLR0911 - one return a kind of thing
        where = module.where(node)
        called = self.find(module.resolve(node.func), depth)
        if called is not None:
            if called.role == "class":
                return Shape("app", where, "", called.framework)
            if called.role == "factory":
                return Shape("app", where, called.origin, called.framework)
            if called.role == "app" and isinstance(node.func, ast.Attribute):
                return called
            if called.role == "router class":
                keyword = ROUTERS.get(called.origin, "prefix")
                at = POSITIONS.get(called.origin, len(node.args))
                given = literal(self, module, node.args[at]) if at < len(node.args) else None
                text = given if at < len(node.args) else prefix(self, module, node, keyword)
                return Shape("router", where, "", text=text)
            if called.role in {"object class", "class body"}:
                return Shape("object", where, "", text=called.text)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            if not isinstance(argument, ast.Name):
                continue
            inner = self.find(module.resolve(argument), depth)
            if inner is not None and inner.role == "app" and _is_wrapper(node.func):
                return Shape("app", where, inner.origin, inner.framework)
        return None

    def _function(self, module: Module, dotted: str, node: Function, depth: int) -> Shape | None:
        where = module.where(node)
        parameters = _parameters(node)
        if isinstance(node, ast.AsyncFunctionDef) and parameters == ASGI:
            return Shape("app", where, dotted, Framework("", Kind.ASGI))
        if isinstance(node, ast.FunctionDef) and parameters in WSGI:
            return Shape("app", where, dotted, Framework("", Kind.WSGI))
        if _has_yield(node):
            return None
        local = self.locals(module, node, depth)
        found: Shape | None = None
        for statement in statements(node.body):
            if isinstance(statement, ast.Return) and statement.value is not None:
                held = statement.value
                found = found or _held(held, local) or self.value(module, held, depth)
        if found is None and node.returns is not None:
            annotated = self.find(module.resolve(node.returns), depth)
            if annotated is not None and annotated.role == "class":
                found = Shape("app", where, dotted, annotated.framework)
        is_async = isinstance(node, ast.AsyncFunctionDef)
        if found is not None and found.role == "app" and (not is_async or _is_awaited(found.framework)):
            return Shape("factory", where, dotted, found.framework)
        return None

    def locals(self, module: Module, node: Function, depth: int = 0) -> dict[str, Shape]:
        """Return the applications and routers that a function holds in names of its own."""
        found: dict[str, Shape] = {}
        for statement in statements(node.body):
            for name, value in _assigned(statement):
                if isinstance(value, ast.expr):
                    shape = _held(value, found) or self.value(module, value, depth + 1)
                    if shape is not None:
                        found[name] = shape
        return found


ASGI = ["scope", "receive", "send"]
WSGI = (["environ", "start_response"], ["env", "start_response"])


def _held(node: ast.expr, local: Mapping[str, Shape]) -> Shape | None:
    """Return what a function's own name stands for, or what its object hands out by a method."""
    if isinstance(node, ast.Name):
        return local.get(node.id)
    part = node.func if isinstance(node, ast.Call) else node
    owner = (
        local.get(part.value.id)
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name)
        else None
    )
    if owner is None or owner.role != "object" or owner.text is None or not isinstance(part, ast.Attribute):
        return None
    framework = METHODS.get((owner.text, part.attr))
    return Shape("app", owner.where, "", framework) if framework is not None else None


def _is_awaited(framework: Framework | None) -> bool:
    """Return whether what runs the framework's applications awaits a factory."""
    return framework is not None and framework.kind is Kind.AIOHTTP


def _is_wrapper(node: ast.expr) -> bool:
    """Return whether a call gives back an application that passes requests on to another."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.endswith("Middleware") or name in {"ProxyFix", "WhiteNoise"}


def _parameters(node: Function) -> list[str]:
    held = node.args
    if held.vararg or held.kwarg or held.kwonlyargs:
        return []
    return [argument.arg for argument in (*held.posonlyargs, *held.args)]


def _has_yield(node: Function) -> bool:
    return any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in ast.walk(node))


def _assigned(node: ast.stmt) -> Iterator[tuple[str, Bound]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        yield node.target.id, node.value
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:  # the objects of the table give themselves when they are entered
            if isinstance(item.optional_vars, ast.Name):
                yield item.optional_vars.id, item.context_expr
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name, node


def _bindings(tree: ast.Module | ast.ClassDef) -> dict[str, Bound]:
    """Return what each name of a module or class is bound to; the last binding that makes sense wins.

    `app = wrap(app)` keeps the first binding: what is wrapped says more than the wrapper.
    """
    found: dict[str, Bound] = {}
    for statement in statements(tree.body):
        for name, value in _assigned(statement):
            before = found.get(name)
            refers = before is not None and any(
                isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(value)
            )
            if not refers:
                found[name] = value
    return found


def literal(shapes: Shapes, module: Module, node: ast.expr) -> str | None:  # noqa: PLR0911 - one return a kind of thing
    """Return the text of a string that is literal, literals put together, a constant or a number."""
    if isinstance(node, ast.Constant):
        return str(node.value) if type(node.value) in {str, int} else None
    if isinstance(node, ast.JoinedStr):
        parts = [literal(shapes, module, part) for part in node.values]
        return None if None in parts else "".join(part for part in parts if part)
    if isinstance(node, ast.FormattedValue):
        return literal(shapes, module, node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = literal(shapes, module, node.left), literal(shapes, module, node.right)
        return None if left is None or right is None else left + right
    if isinstance(node, (ast.Name, ast.Attribute)):
        shape = shapes.find(module.resolve(node))
        return shape.text if shape is not None and shape.role == "text" else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Field":
        held = [keyword.value for keyword in node.keywords if keyword.arg == "default"] or node.args[:1]
        return literal(shapes, module, held[0]) if held else None
    return None


def prefix(shapes: Shapes, module: Module, node: ast.Call, keyword: str) -> str | None:
    """Return the prefix that a call gives by keyword: empty where absent, None where not literal."""
    for held in node.keywords:
        if held.arg == keyword:
            return literal(shapes, module, held.value)
        if held.arg is None:
            return None
    return ""


def canonical(shapes: Shapes, dotted: str) -> str:
    """Return the name of the place where what a dotted name stands for is bound, as far as imports tell."""
    for _ in range(4):
        base, _, name = dotted.rpartition(".")
        held = shapes.by_name.get(base)
        if held is None or name in shapes.bound[held.path]:
            break
        stars = (one for one in held.stars if name in shapes.bound_in(one))
        further = held.imports.get(name) or next((f"{one}.{name}" for one in stars), "")
        if not further:
            break
        dotted = further
    return dotted


def definition(shapes: Shapes, module: Module, node: ast.expr) -> tuple[Module, Bound] | None:
    """Return the module and the node that a name of the project is bound to at module level."""
    base, _, name = canonical(shapes, module.resolve(node)).rpartition(".")
    held = shapes.by_name.get(base)
    found = shapes.bound[held.path].get(name) if held is not None else None
    return (held, found) if held is not None and found is not None else None


def functions(module: Module) -> Iterator[Function]:
    """Yield every function of a module, methods and inner ones included."""
    for node in module.nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
