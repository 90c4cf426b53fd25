"""What the top level of a small Python file assigns, worked out from its syntax tree; nothing is run.

Statements are gone through in order with the variables of an environment: constants, formats, `or`,
conditions, `os.environ.get`, paths made of `__file__`. What cannot be worked out is UNKNOWN, and so is a
name that two branches leave differently.
"""

import ast
import operator
import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, field

__all__ = ["UNKNOWN", "Assigned", "read"]

UNKNOWN = object()
"""A value that cannot be worked out."""
_LONGEST = 4096
_GETTERS = {"os.environ.get", "os.getenv", "decouple.config"}
_PLAIN: Mapping[str, Callable[..., Any]] = {
    "bool": bool, "float": float, "int": int, "len": len, "list": tuple, "max": max, "min": min, "str": str,
    "tuple": tuple,
}  # fmt: skip
_PATHS: Mapping[str, Callable[..., Any]] = {
    "os.path.abspath": lambda path: posixpath.normpath(posixpath.join("/app", path)),
    "os.path.basename": posixpath.basename,
    "os.path.dirname": posixpath.dirname,
    "os.path.join": posixpath.join,
    "os.path.normpath": posixpath.normpath,
    "os.path.realpath": lambda path: posixpath.normpath(posixpath.join("/app", path)),
    "os.getcwd": lambda: "/app",
}
_METHODS = frozenset({
    "endswith", "format", "get", "isdigit", "join", "lower", "lstrip", "removeprefix", "removesuffix",
    "replace", "rstrip", "split", "startswith", "strip", "title", "upper",
})  # fmt: skip
_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Sub: operator.sub,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.Is: lambda one, other: one is other or one == other,
    ast.IsNot: lambda one, other: not (one is other or one == other),
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.NotEq: operator.ne,
    ast.NotIn: lambda one, other: one not in other,
}
_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Assigned(Struct, frozen=True):
    """The last value of a name, and the line that assigned it."""

    value: Any
    line: int


class _Dotted(Struct, frozen=True):
    """A name that an import bound, or an attribute of one."""

    name: str


def read(
    tree: ast.Module, environ: Mapping[str, str], *, file: str
) -> tuple[dict[str, Assigned], frozenset[str]]:
    """Return what each name is once the file has been run with `environ`, and the variables that it asks for.

    `file` is its `__file__`.
    """
    run = _Run(environ, {"__file__": Assigned(file, 0)})
    run.body(tree.body)
    run.names.pop("__file__", None)
    found = {
        name: Assigned(UNKNOWN, one.line) if isinstance(one.value, _Dotted) else one
        for name, one in run.names.items()
    }
    return found, frozenset(run.asked)


class _Run(Struct):
    """One way through the file."""

    environ: Mapping[str, str]
    names: dict[str, Assigned] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:  # noqa: C901 - one case a kind of statement
        match node:
            case ast.Assign():
                for target in node.targets:
                    self._bind(target, self.value(node.value), node.lineno)
            case ast.AnnAssign() if node.value is not None:
                self._bind(node.target, self.value(node.value), node.lineno)
            case ast.AugAssign() if isinstance(node.target, ast.Name):
                load = ast.Name(node.target.id, ast.Load())
                self._bind(node.target, self.value(ast.BinOp(load, node.op, node.value)), node.lineno)
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.If():
                self._branches(node)
            case ast.Try():
                self.body([*node.body, *node.orelse, *node.finalbody])
            case ast.With():
                self._forget(item.optional_vars for item in node.items if item.optional_vars is not None)
                self.body(node.body)
            case ast.For() | ast.While() | ast.Match() | ast.Delete():
                self._forget(ast.walk(node))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.names[node.name] = Assigned(UNKNOWN, node.lineno)
            case _:
                pass

    def _bind(self, target: ast.AST, value: Any, line: int) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = Assigned(value, line)
        elif isinstance(target, (ast.Tuple, ast.List)):
            known = isinstance(value, tuple) and len(value) == len(target.elts)
            for number, each in enumerate(target.elts):
                self._bind(each, value[number] if known else UNKNOWN, line)
        elif isinstance(target, ast.Subscript):
            self._forget([target.value])

    def _forget(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            if isinstance(node, ast.Name):
                held = self.names.get(node.id)
                is_written = isinstance(node.ctx, (ast.Store, ast.Del)) or held is not None
                if is_written and not (held is not None and isinstance(held.value, _Dotted)):
                    self.names[node.id] = Assigned(UNKNOWN, node.lineno)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                dotted = alias.name if alias.asname else name
            else:
                name = alias.asname or alias.name
                dotted = f"{'.' * node.level}{node.module or ''}.{alias.name}"
            self.names[name] = Assigned(_Dotted(dotted), node.lineno)

    def _branches(self, node: ast.If) -> None:
        """Go the way that the test says, or both, and keep what both leave alike."""
        test = self._known(node.test)
        if test is not UNKNOWN:
            self.body(node.body if test else node.orelse)
            return
        ways = [_Run(self.environ, dict(self.names), self.asked) for _ in range(2)]
        ways[0].body(node.body)
        ways[1].body(node.orelse)
        for name in {**ways[0].names, **ways[1].names}:
            one, other = (way.names.get(name) for way in ways)
            held = one or other
            if held is not None:
                same = one is not None and other is not None and one.value == other.value
                self.names[name] = held if same else Assigned(UNKNOWN, held.line)

    def value(self, node: ast.expr) -> Any:
        """Return what an expression is, UNKNOWN where that cannot be worked out."""
        try:
            found = self._value(node)
        except _FAULTS:
            return UNKNOWN
        return UNKNOWN if isinstance(found, str | bytes | tuple) and len(found) > _LONGEST else found

    def _known(self, node: ast.expr) -> Any:
        """Return what an expression is, UNKNOWN for what was imported too."""
        found = self.value(node)
        return UNKNOWN if isinstance(found, _Dotted) else found

    def _all(self, nodes: Iterable[ast.expr]) -> tuple[Any, ...]:
        """Return the values of all; ValueError where one is UNKNOWN."""
        found = tuple(self._known(node) for node in nodes)
        if any(one is UNKNOWN for one in found):
            raise ValueError("unknown")
        return found

    def _value(self, node: ast.expr) -> Any:  # noqa: PLR0911 - one return a kind of expression
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return self.names[node.id].value
            case ast.Attribute():
                base = self.value(node.value)
                return _Dotted(f"{base.name}.{node.attr}") if isinstance(base, _Dotted) else UNKNOWN
            case ast.JoinedStr():
                return "".join(str(one) for one in self._all(node.values))
            case ast.FormattedValue():
                (held,) = self._all([node.value])
                is_plain = node.format_spec is None and node.conversion in {-1, ord("s")}
                return str(held) if is_plain else UNKNOWN
            case ast.Tuple() | ast.List() | ast.Set():
                return self._all(node.elts)
            case ast.Dict():
                keys = self._all([key for key in node.keys if key is not None])
                return dict(zip(keys, (self.value(one) for one in node.values), strict=True))
            case _:
                return self._made(node)

    def _made(self, node: ast.expr) -> Any:  # noqa: PLR0911 - one return a kind of expression
        match node:
            case ast.BoolOp():
                return self._either(node)
            case ast.UnaryOp():
                (held,) = self._all([node.operand])
                return (not held) if isinstance(node.op, ast.Not) else -held
            case ast.BinOp():
                left, right = self._all([node.left, node.right])
                if isinstance(node.op, ast.Mult):
                    return left * right if isinstance(left, int) and isinstance(right, int) else UNKNOWN
                return _OPERATIONS[type(node.op)](left, right)
            case ast.Compare() if len(node.ops) == 1:
                (left,) = self._all([node.left])
                return _COMPARISONS[type(node.ops[0])](left, self._held(node.comparators[0]))
            case ast.IfExp():
                test = self._known(node.test)
                return UNKNOWN if test is UNKNOWN else self.value(node.body if test else node.orelse)
            case ast.Subscript():
                (key,) = self._all([node.slice])
                held = self._held(node.value)
                self.asked |= {str(key)} if held is self.environ else set()
                return held[key]
            case ast.Call():
                return self._call(node)
            case _:
                return UNKNOWN

    def _held(self, node: ast.expr) -> Any:
        """Return what something is looked up in; LookupError where that is not known."""
        found = self.value(node)
        found = self.environ if found == _Dotted("os.environ") else found
        if found is UNKNOWN or isinstance(found, _Dotted):
            raise LookupError("unknown")
        return found

    def _either(self, node: ast.BoolOp) -> Any:
        is_or = isinstance(node.op, ast.Or)
        held: Any = UNKNOWN
        for each in node.values:
            held = self._known(each)
            if held is UNKNOWN or bool(held) is is_or:
                break
        return held

    def _call(self, node: ast.Call) -> Any:
        named = {one.arg: self.value(one.value) for one in node.keywords if one.arg is not None}
        if isinstance(node.func, ast.Name) and node.func.id in _PLAIN and node.func.id not in self.names:
            return _PLAIN[node.func.id](*self._all(node.args))
        if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            owner = self.value(node.func.value)
            if isinstance(owner, str | dict):
                given = self._all(node.args)
                found = getattr(owner, node.func.attr)(*given, **named)
                return tuple(found) if isinstance(found, list) else found
        called = self.value(node.func)
        name = called.name if isinstance(called, _Dotted) else ""
        if name in _GETTERS:
            variable, *default = self._all(node.args[:1])
            default += [self.value(one) for one in node.args[1:2]] or [named.get("default")]
            self.asked.add(str(variable))
            found = self.environ.get(str(variable), default[0])
            return int(found) if isinstance(found, str) and named.get("cast") is int else found
        return _PATHS[name](*self._all(node.args)) if name in _PATHS and not named else UNKNOWN
