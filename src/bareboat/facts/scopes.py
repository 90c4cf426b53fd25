"""The code of one distribution, cut into scopes: who assigns, calls, raises and returns what, on Linux.

Branches that other systems alone take are left out. Nothing is run and nothing is resolved
here: `folding.py` says what an expression may be, `opened.py` and `called.py` what is done with it.
"""

import ast
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from bareboat.facts.linux import constants, dotted, is_true

__all__ = ["Function", "Scope", "Site", "Unit", "parse"]

Code = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_PARSING = threading.Lock()
"""Warnings are filtered for the whole process; parsing is brief."""
_GROWS = {"append", "extend", "insert", "add", "update"}
_PLATFORM = (b"platform", b"os.name", b"_system")
_DEEPEST = 60


class Site(Struct, frozen=True):
    """One call: `guards` are the try and with statements whose body it is in, `loops` those around it.

    `handlers` are the except clauses that it is in.
    """

    call: ast.Call
    scope: "Scope"
    guards: tuple[ast.Try | ast.With, ...] = ()
    loops: tuple[ast.For | ast.AsyncFor, ...] = ()
    handlers: tuple[ast.ExceptHandler, ...] = ()


class Scope(Struct, eq=False):
    """A module's or a function's own code. `assigned` are all values of a name, `grown` what is added to it.

    `leaving` are tests with the line of an `if` that returns where they hold, `raises` lines of
    raise statements that stand in no handler.
    """

    unit: "Unit"
    parent: "Scope | None" = None
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)
    grown: dict[str, list[ast.expr]] = field(default_factory=dict)
    returned: list[ast.expr] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    raises: list[int] = field(default_factory=list)
    leaving: list[tuple[ast.expr, int]] = field(default_factory=list)


class Function(Struct, frozen=True, eq=False):
    """A function or method: its parameters in order, without `self`, and its code."""

    name: str
    scope: Scope
    parameters: tuple[str, ...]
    defaults: Mapping[str, ast.expr]
    rest: str = ""
    """The name of `*args`."""
    named: tuple[str, ...] = ()
    """Parameters that are given by name alone."""


class Unit(Struct, eq=False):
    """One file: `imports` maps a bound name to the dotted name that it stands for.

    `attributes` are what is set on classes and objects, `platform` names that tell the system.
    """

    path: str
    module: str
    is_package: bool = False
    imports: dict[str, str] = field(default_factory=dict)
    functions: dict[str, list[Function]] = field(default_factory=dict)
    attributes: dict[str, list[ast.expr]] = field(default_factory=dict)
    platform: Mapping[str, ast.expr] = field(default_factory=dict)
    scopes: list[Scope] = field(default_factory=list)

    @property
    def top(self) -> Scope:
        """The module's own code."""
        return self.scopes[0]


def parse(path: str, module: str, source: bytes) -> Unit | None:
    """Return one file cut into scopes, None where it is no source for the Python that runs here."""
    try:
        with _PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
        platform = constants(tree) if any(word in source for word in _PLATFORM) else {}
        unit = Unit(path, module, path.endswith("/__init__.py"), platform=platform)
        top = Scope(unit)
        unit.scopes.append(top)
        _Reader(top, unit.platform).block(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return unit


class _Reader:
    """Walks the statements of one scope; nested functions get scopes of their own."""

    def __init__(self, scope: Scope, known: Mapping[str, ast.expr]) -> None:
        self.scope = scope
        self.known = known
        self.guards: tuple[ast.Try | ast.With, ...] = ()
        self.loops: tuple[ast.For | ast.AsyncFor, ...] = ()
        self.handlers: tuple[ast.ExceptHandler, ...] = ()

    def block(self, statements: Iterable[ast.stmt]) -> bool:
        """Read statements; say whether the block is always left by them."""
        return any(self._statement(statement) for statement in statements)

    def _statement(self, node: ast.stmt) -> bool:
        match node:
            case ast.If():
                return self._if(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node)
            case ast.ClassDef():
                self._class(node)
            case ast.Try():
                return self._try(node)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self.expression(item.context_expr)
                held = self.guards
                if isinstance(node, ast.With) and _suppresses(node):
                    self.guards = (*held, node)
                ended = self.block(node.body)
                is_left = ended and self.guards is held
                self.guards = held
                return is_left
            case ast.For() | ast.AsyncFor():
                self.expression(node.iter)
                self._bind(node.target, _element(node.iter))
                held_loops, self.loops = self.loops, (*self.loops, node)
                self.block(node.body)
                self.loops = held_loops
                self.block(node.orelse)
            case ast.Return() | ast.Raise():
                self._leave(node)
                return True
            case _:
                self._plain(node)
        return False

    def _leave(self, node: ast.Return | ast.Raise) -> None:
        if isinstance(node, ast.Raise) and not self.handlers:
            self.scope.raises.append(node.lineno)
        if isinstance(node, ast.Return) and node.value is not None:
            self.scope.returned.append(node.value)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child)

    def _if(self, node: ast.If) -> bool:
        self.expression(node.test)
        held = is_true(node.test, self.known)
        if held is not None:
            return self.block(node.body if held else node.orelse)
        if any(isinstance(each, ast.Return) for each in node.body):
            self.scope.leaving.append((node.test, node.lineno))
        first = self.block(node.body)
        return self.block(node.orelse) and first

    def _try(self, node: ast.Try) -> bool:
        held = self.guards
        if node.handlers:
            self.guards = (*held, node)
        ended = self.block(node.body)
        self.guards = held
        ended = self.block(node.orelse) or ended
        outer = self.handlers
        for handler in node.handlers:
            self.handlers = (*outer, handler)
            ended = self.block(handler.body) and ended
        self.handlers = outer
        return self.block(node.finalbody) or ended

    def _class(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        self.scope.unit.attributes.setdefault(target.id, []).append(statement.value)
            elif (
                isinstance(statement, ast.AnnAssign)
                and isinstance(statement.target, ast.Name)
                and statement.value is not None
            ):
                self.scope.unit.attributes.setdefault(statement.target.id, []).append(statement.value)
        self.block(node.body)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for default in (*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)):
            self.expression(default)
        unit = self.scope.unit
        scope = Scope(unit, self.scope)
        unit.scopes.append(scope)
        names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
        defaults = dict(zip(names[len(names) - len(node.args.defaults) :], node.args.defaults, strict=True))
        for each, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
            if value is not None:
                defaults[each.arg] = value
        if names[:1] in (["self"], ["cls"]):
            names = names[1:]
        rest = node.args.vararg.arg if node.args.vararg is not None else ""
        named = tuple(each.arg for each in node.args.kwonlyargs)
        made = Function(node.name, scope, tuple(names), defaults, rest, named)
        unit.functions.setdefault(node.name, []).append(made)
        _Reader(scope, self.known).block(node.body)

    def _plain(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign():
                for target in node.targets:
                    self._bind(target, node.value)
            case ast.AnnAssign() if node.value is not None:
                self._bind(node.target, node.value)
            case ast.AugAssign() if isinstance(node.target, ast.Name):
                self.scope.grown.setdefault(node.target.id, []).append(node.value)
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case _:
                pass
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._statement(child)
            elif isinstance(child, ast.expr):
                self.expression(child)
            elif isinstance(child, ast.match_case):
                self.block(child.body)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            for number, each in enumerate(target.elts):
                self._bind(each, value.elts[number] if same else _element(value))  # type: ignore[attr-defined]
        elif isinstance(target, ast.Starred):
            self._bind(target.value, value)
        elif isinstance(target, ast.Name):
            self.scope.assigned.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Attribute):
            self.scope.unit.attributes.setdefault(target.attr, []).append(value)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        unit = self.scope.unit
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                unit.imports[name] = alias.name if alias.asname else name
            else:
                base = _absolute(node, unit)
                unit.imports[alias.asname or alias.name] = f"{base}.{alias.name}".lstrip(".")

    def expression(self, node: ast.expr, depth: int = 0) -> None:
        """Note the calls in an expression, what it binds and what it adds to a list."""
        if depth > _DEEPEST:
            return
        match node:
            case ast.Call():
                self._call(node)
            case ast.NamedExpr():
                self._bind(node.target, node.value)
            case ast.Yield() | ast.YieldFrom() if node.value is not None:
                self.scope.returned.append(node.value)
            case ast.IfExp() if (held := is_true(node.test, self.known)) is not None:
                self.expression(node.body if held else node.orelse, depth + 1)
                return
            case _:
                pass
        for child in _inside(node):
            self.expression(child, depth + 1)
        for made in getattr(node, "generators", ()):
            self._bind(made.target, _element(made.iter))

    def _call(self, node: ast.Call) -> None:
        self.scope.sites.append(Site(node, self.scope, self.guards, self.loops, self.handlers))
        function = node.func
        if not isinstance(function, ast.Attribute) or function.attr not in _GROWS or not node.args:
            return
        if isinstance(function.value, ast.Name):
            self.scope.grown.setdefault(function.value.id, []).append(node.args[-1])


def _element(many: ast.expr) -> ast.expr:
    """Return an expression for one of `many`."""
    return ast.Starred(many, ast.Load(), lineno=many.lineno, col_offset=many.col_offset)


def _inside(node: ast.expr) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.keyword):
            yield child.value
        elif isinstance(child, ast.comprehension):
            yield child.iter
            yield from child.ifs


def _suppresses(node: ast.With) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call) and dotted(item.context_expr.func).endswith("suppress")
        for item in node.items
    )


def _absolute(node: ast.ImportFrom, unit: Unit) -> str:
    if not node.level:
        return node.module or ""
    parts = unit.module.split(".")
    up = node.level - 1 if unit.is_package else node.level
    kept = parts[: len(parts) - up] if up else parts
    return ".".join([*kept, node.module] if node.module else kept)
