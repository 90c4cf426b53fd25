"""Which constants an expression may be: folded over assignments, loops, parameters, returns and formats.

A list counts as all of its elements, so that a loop's variable and what it runs over are the same;
`head` tells the first. What cannot be followed is left out, and the value is then not `whole`.
A library that `find_library` is asked for is written as for a linker: `-lmagic`.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from itertools import islice, product

from msgspec import Struct, field

from bareboat.facts.linux import is_true
from bareboat.facts.scopes import Function, Scope, Unit
from bareboat.facts.value import MOST, UNKNOWN, Constant, Value, of, union

__all__ = ["Code"]

_DEEPEST = 24
_PASSING = {
    "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "next", "enumerate", "zip", "filter",
    "Path", "PurePath", "PosixPath", "fspath", "fsdecode", "fsencode", "chain", "from_iterable",
    "product", "cast", "which", "basename", "expanduser",
}  # fmt: skip
"""Calls whose result is made of their arguments."""
_METHODS: dict[str, Callable[..., object]] = {
    "lower": str.lower, "upper": str.upper, "strip": str.strip, "rstrip": str.rstrip, "lstrip": str.lstrip,
    "replace": str.replace, "removesuffix": str.removesuffix, "removeprefix": str.removeprefix,
    "split": str.split, "format": str.format,
}  # fmt: skip
_SAME = {"encode", "decode", "copy", "as_posix", "__str__", "absolute", "resolve"}
_DEFAULTED = {"get", "getenv", "getattr", "pop", "setdefault"}


class Code(Struct):
    """The units of one distribution by module; evaluates expressions in them."""

    units: Mapping[str, Unit]
    _busy: set[tuple[int, int]] = field(default_factory=set)

    def functions(self, call: ast.Call, scope: Scope) -> tuple[Function, ...]:
        """Return the functions of the distribution that a call may mean."""
        return self._named(call.func, scope.unit)

    def _named(self, node: ast.expr, unit: Unit) -> tuple[Function, ...]:
        if isinstance(node, ast.Name):
            if node.id in unit.functions:
                return tuple(unit.functions[node.id])
            module, _, name = unit.imports.get(node.id, "").rpartition(".")
            return self._in(module, name)
        if not isinstance(node, ast.Attribute):
            return ()
        base = self.dotted(node.value, unit)
        if base in self.units:
            return self._in(base, node.attr)
        return tuple(unit.functions.get(node.attr, ()))

    def _in(self, module: str, name: str) -> tuple[Function, ...]:
        unit = self.units.get(module)
        if unit is None:
            return ()
        if name in unit.functions:
            return tuple(unit.functions[name])
        for value in unit.top.assigned.get(name, ()):  # load_library = loader.load_library
            if isinstance(value, ast.Attribute) and value.attr in unit.functions:
                return tuple(unit.functions[value.attr])
        origin, _, last = unit.imports.get(name, "").rpartition(".")
        other = self.units.get(origin)
        return tuple(other.functions.get(last, ())) if other is not None else ()

    def dotted(self, node: ast.expr, unit: Unit) -> str:
        """Return the absolute dotted name of a Name or Attribute, empty for anything else."""
        if isinstance(node, ast.Name):
            return unit.imports.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value, unit)
            return f"{base}.{node.attr}" if base else ""
        return ""

    def bound(
        self, call: ast.Call, function: Function, scope: Scope, outer: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Return what the parameters of `function` are in a call of it from `scope`."""
        found: dict[str, Value] = {}
        rest: list[Value] = []
        names = list(function.parameters)
        for number, argument in enumerate(call.args):
            value = self.value(argument, scope, outer)
            if isinstance(argument, ast.Starred) or number >= len(names):
                rest.append(value)
            else:
                found[names[number]] = value
        for keyword in call.keywords:
            if keyword.arg is not None:
                found[keyword.arg] = self.value(keyword.value, scope, outer)
        if function.rest:
            found[function.rest] = union(rest, is_sequence=True)
        for name, default in function.defaults.items():
            if name not in found:
                found[name] = self.value(default, function.scope.parent or scope, {})
        return found

    def defaults(self, function: Function) -> dict[str, Value]:
        """Return what the parameters are where nobody says anything else."""
        return {
            name: Value(held.items, False, held.head)
            for name, default in function.defaults.items()
            for held in [self.value(default, function.scope.parent or function.scope, {})]
        }

    def is_true(self, test: ast.expr, scope: Scope, bound: Mapping[str, Value]) -> bool | None:
        """Say whether a test holds where parameters are as `bound` says, None where that is open."""
        held = is_true(test, scope.unit.platform)
        if held is not None:
            return held
        value = self.value(test, scope, bound) if isinstance(test, ast.Name) else UNKNOWN
        answers = {bool(each) for each in value.items}
        return answers.pop() if value.whole and len(answers) == 1 else None

    def value(self, node: ast.expr, scope: Scope, bound: Mapping[str, Value]) -> Value:
        """Return what `node` may be in `scope`, whose parameters are as `bound` says."""
        mark = (id(node), id(scope))
        if mark in self._busy or len(self._busy) > _DEEPEST:
            return UNKNOWN
        self._busy.add(mark)
        try:
            return self._value(node, scope, bound)
        finally:
            self._busy.discard(mark)

    def _value(self, node: ast.expr, scope: Scope, bound: Mapping[str, Value]) -> Value:
        match node:
            case ast.Constant():
                return of([node.value]) if isinstance(node.value, str | int | None) else UNKNOWN
            case ast.FormattedValue() | ast.Starred() | ast.NamedExpr() | ast.Await():
                return self.value(node.value, scope, bound)
            case ast.Tuple() | ast.List() | ast.Set():
                return union((self.value(each, scope, bound) for each in node.elts), is_sequence=True)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self.value(node.elt, scope, bound)
            case ast.Dict() | ast.BoolOp():
                return union(self.value(each, scope, bound) for each in node.values)
            case _:
                return self._made(node, scope, bound)

    def _made(self, node: ast.expr, scope: Scope, bound: Mapping[str, Value]) -> Value:
        match node:
            case ast.JoinedStr():
                found = self._joined(node.values, scope, bound)
            case ast.IfExp():
                held = self.is_true(node.test, scope, bound)
                branches = [node.body, node.orelse] if held is None else [node.body if held else node.orelse]
                found = union(self.value(each, scope, bound) for each in branches)
            case ast.BinOp():
                found = self._operation(node, scope, bound)
            case ast.Subscript():
                found = self._part(node, scope, bound)
            case ast.Name():
                found = self._name(node.id, scope, bound)
            case ast.Attribute():
                found = self._attribute(node, scope)
            case ast.Call():
                found = self._call(node, scope, bound)
            case _:
                found = UNKNOWN
        return found

    def _joined(self, parts: Iterable[ast.expr], scope: Scope, bound: Mapping[str, Value]) -> Value:
        values = [self.value(each, scope, bound) for each in parts]
        texts = ("".join(map(str, each)) for each in product(*(map(_said, values))))
        return of(texts, whole=all(value.whole for value in values))

    def _operation(self, node: ast.BinOp, scope: Scope, bound: Mapping[str, Value]) -> Value:
        left = self.value(node.left, scope, bound)
        if isinstance(node.op, ast.Mod):
            given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            values = [self.value(each, scope, bound) for each in given]
            return of(
                (
                    text
                    for form in left.texts
                    for items in product(*(map(_said, values)))
                    if (text := _formatted(form, items)) is not None
                ),
                whole=left.whole and all(value.whole for value in values),
            )
        right = self.value(node.right, scope, bound)
        if not isinstance(node.op, ast.Add):
            return UNKNOWN
        if self._is_many(node.left, scope) or self._is_many(node.right, scope):
            return union([left, right], is_sequence=True)
        texts = (one + other for one in left.texts for other in right.texts)
        return of(texts, whole=left.whole and right.whole)

    def _is_many(self, node: ast.expr, scope: Scope, depth: int = 0) -> bool:
        if isinstance(node, ast.Tuple | ast.List | ast.ListComp):
            return True
        if isinstance(node, ast.BinOp):
            return self._is_many(node.left, scope, depth + 1) or self._is_many(node.right, scope, depth + 1)
        if isinstance(node, ast.Call):
            return isinstance(node.func, ast.Name) and node.func.id in {"list", "tuple", "sorted"}
        if isinstance(node, ast.Name) and depth < 3:
            values = scope.assigned.get(node.id) or scope.unit.top.assigned.get(node.id) or ()
            return any(self._is_many(each, scope, depth + 1) for each in values if each is not node)
        return False

    def _part(self, node: ast.Subscript, scope: Scope, bound: Mapping[str, Value]) -> Value:
        held = self.value(node.value, scope, bound)
        if isinstance(node.slice, ast.Constant) and node.slice.value == 0:
            return Value(held.head, held.whole, held.head)
        if isinstance(node.value, ast.Dict):
            wanted = self.value(node.slice, scope, bound)
            if wanted.whole:
                return union(
                    self.value(value, scope, bound)
                    for key, value in zip(node.value.keys, node.value.values, strict=True)
                    if isinstance(key, ast.Constant) and key.value in wanted.items
                )
        return held

    def _name(self, name: str, scope: Scope, bound: Mapping[str, Value]) -> Value:
        if name in bound and name not in scope.assigned and name not in scope.grown:
            return bound[name]
        holder: Scope | None = scope
        while holder is not None and name not in holder.assigned and name not in holder.grown:
            holder = holder.parent
        if holder is None:
            if name in bound:
                return bound[name]
            module, _, last = scope.unit.imports.get(name, "").rpartition(".")
            unit = self.units.get(module)
            return self._name(last, unit.top, {}) if unit is not None and unit is not scope.unit else UNKNOWN
        inner = bound if holder is scope else {}
        values = [self.value(each, holder, inner) for each in holder.assigned.get(name, ())]
        if holder is scope and name in bound:
            values.insert(0, bound[name])
        made = union(values)
        more = [self.value(each, holder, inner) for each in holder.grown.get(name, ())]
        return Value(union([made, *more]).items, made.whole and not more, made.head)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        name = self.dotted(node, scope.unit)
        if name == "sys.platform":
            return of(["linux"])
        if name == "os.name":
            return of(["posix"])
        module, _, last = name.rpartition(".")
        if module in self.units:
            return self._name(last, self.units[module].top, {})
        values = scope.unit.attributes.get(node.attr, ())
        found = union(self.value(each, scope.unit.top, {}) for each in values)
        return Value(found.items, False, found.head)

    def _call(self, node: ast.Call, scope: Scope, bound: Mapping[str, Value]) -> Value:
        name = self.dotted(node.func, scope.unit)
        last = name.rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
        functions = self.functions(node, scope) if last not in {"get", "find_library"} else ()
        if last == "find_library" and node.args:
            held = self.value(node.args[0], scope, bound)
            found = of((f"-l{each}" for each in held.texts if each), whole=held.whole)
        elif last == "str" and node.args:
            held = self.value(node.args[0], scope, bound)
            found = of(map(str, _said(held)), whole=held.whole)
        elif name == "shlex.split" and node.args:
            words = [text.split() for text in self.value(node.args[0], scope, bound).texts]
            found = union([of(each) for each in words])
            found = Value(found.items, False, tuple(dict.fromkeys(each[0] for each in words if each)))
        elif name == "platform.system":
            found = of(["Linux"])
        elif functions:
            found = union(self._returned(each, self.bound(node, each, scope, bound)) for each in functions)
        elif last in _DEFAULTED and len(node.args) > 1:
            held = self.value(node.args[-1], scope, bound)
            found = Value(held.items, False, held.head)
        elif last in _PASSING and node.args:
            found = union((self.value(each, scope, bound) for each in node.args), is_sequence=True)
        elif isinstance(node.func, ast.Attribute):
            found = self._method(node, node.func, scope, bound)
        else:
            found = UNKNOWN
        return found

    def _returned(self, function: Function, bound: Mapping[str, Value]) -> Value:
        return union(self.value(each, function.scope, bound) for each in function.scope.returned)

    def _method(
        self, node: ast.Call, function: ast.Attribute, scope: Scope, bound: Mapping[str, Value]
    ) -> Value:
        if function.attr in _SAME:
            return self.value(function.value, scope, bound)
        method = _METHODS.get(function.attr)
        if method is None:
            return UNKNOWN
        held = self.value(function.value, scope, bound)
        values = [self.value(each, scope, bound) for each in node.args]
        named = {each.arg: self.value(each.value, scope, bound) for each in node.keywords if each.arg}
        found: list[Constant] = []
        for text in held.texts:
            for items in islice(product(*(map(_said, (*values, *named.values())))), MOST):
                try:
                    made = method(
                        text, *items[: len(values)], **dict(zip(named, items[len(values) :], strict=True))
                    )
                except (TypeError, ValueError, LookupError, AttributeError):
                    continue
                found += made if isinstance(made, list) else [str(made)]
        known = held.whole and all(each.whole for each in (*values, *named.values()))
        made_value = of(found, whole=known)
        is_split = function.attr == "split"
        return Value(made_value.items, known, made_value.items[:1] if is_split else made_value.items)


def _said(value: Value) -> tuple[Constant, ...]:
    """Return what may become part of a text: None stands for nothing there, which code asks before."""
    return tuple(each for each in value.items if each is not None)


def _formatted(form: str, items: tuple[Constant, ...]) -> str | None:
    try:
        return form % items
    except (TypeError, ValueError, KeyError):
        return None
