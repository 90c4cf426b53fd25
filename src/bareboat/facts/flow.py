"""Names that come to a call through code: constants, loops, and functions that pass them on.

What the calls are and how a name is written is told by those who derive from Flow.
"""

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct

from bareboat.facts.folding import Code
from bareboat.facts.scopes import Function, Scope, Site, Unit, parse
from bareboat.facts.value import Value
from bareboat.tree.content import Content

__all__ = ["Flow", "Raw", "followed", "last"]

_DEEPEST = 5
_MAX_SOURCE = 8 << 20
_EXITS = {"exit", "_exit", "abort", "fail", "skip"}


class Raw(Struct, frozen=True):
    """The names that one call may be given; with `is_every` each is meant, else the first that works."""

    names: tuple[str, ...]
    line: int
    is_optional: bool
    is_every: bool = False


class Flow(ABC):
    """Follows names to the calls in one distribution's code."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.passing: set[Function] = set()
        """Functions that hand a parameter on to such a call."""
        self._resolved: dict[int, tuple[Function, ...]] = {}
        self._owner = {
            each.scope: each
            for unit in code.units.values()
            for held in unit.functions.values()
            for each in held
        }
        self._callers: dict[Function, list[Site]] = {}
        self._find_passing()

    @abstractmethod
    def hits(self, site: Site) -> bool:
        """Say whether this is one of the calls."""

    @abstractmethod
    def names(self, site: Site, bound: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the names that such a call is given, where parameters are as `bound` says."""

    @abstractmethod
    def goes_elsewhere(self, node: ast.AST) -> bool:
        """Say whether an expression in a handler tries another one instead."""

    def _find_passing(self) -> None:
        """Find the functions that hand a parameter on to such a call."""
        sites = [site for unit in self.code.units.values() for scope in unit.scopes for site in scope.sites]
        waiting = []
        for site in sites:
            functions = self._resolved[id(site.call)] = self.code.functions(site.call, site.scope)
            for each in functions:
                self._callers.setdefault(each, []).append(site)
            if self.hits(site):
                waiting += self._handing(site)
        while waiting:
            function = waiting.pop()
            if function not in self.passing:
                self.passing.add(function)
                for site in self._callers.get(function, ()):
                    waiting += self._handing(site)

    def _handing(self, site: Site) -> list[Function]:
        """Return the function that a call is in, where its parameters have a part in the arguments."""
        owner = self._owner.get(site.scope)
        if owner is None:
            return []
        wanted = {*owner.parameters, owner.rest, *owner.named}
        waiting: list[ast.AST] = [*site.call.args, *(each.value for each in site.call.keywords)]
        seen: set[str] = set()
        while waiting:
            for node in ast.walk(waiting.pop()):
                if isinstance(node, ast.Name) and node.id not in seen:
                    if node.id in wanted:
                        return [owner]
                    seen.add(node.id)
                    waiting += site.scope.assigned.get(node.id, ())
                    waiting += site.scope.grown.get(node.id, ())
        return []

    @property
    def words(self) -> frozenset[tuple[bytes, bytes]]:
        """What stands in a file that calls one of `passing`: the call, and the module's name."""
        return frozenset(
            (f"{each.name}(".encode(), each.scope.unit.module.rpartition(".")[2].encode())
            for each in self.passing
        )

    def raws(self, scope: Scope) -> Iterator[Raw]:
        """Yield what a scope names itself, and what it gives others to name."""
        owner = self._owner.get(scope)
        bound = self.code.defaults(owner) if owner is not None else {}
        for site in scope.sites:
            if self.hits(site):
                yield self._raw(site, bound)
            for function in self._resolved.get(id(site.call), ()):
                if function in self.passing:
                    given = self.code.bound(site.call, function, scope, bound)
                    own = set(self._given(function, self.code.defaults(function), 0))
                    raws = list(self._within(function, given, 0))
                    names = tuple(dict.fromkeys(name for raw in raws for name in raw.names))
                    if not set(names) <= own:
                        optional = all(raw.is_optional for raw in raws if raw.names)
                        every = all(raw.is_every for raw in raws if raw.names)
                        yield Raw(names, site.call.lineno, optional or self.is_optional(site, bound), every)

    def _given(self, function: Function, bound: Mapping[str, Value], depth: int) -> Iterator[str]:
        for raw in self._within(function, bound, depth):
            yield from raw.names

    def _within(self, function: Function, bound: Mapping[str, Value], depth: int) -> Iterator[Raw]:
        """Yield what a function names when its parameters are as `bound` says."""
        if depth > _DEEPEST:
            return
        left = self._left(function.scope, bound)
        for site in function.scope.sites:
            if any(line < site.call.lineno for line in left):
                continue
            if self.hits(site):
                yield self._raw(site, bound)
            for inner in self._resolved.get(id(site.call), ()):
                if inner in self.passing and inner is not function:
                    given = self.code.bound(site.call, inner, function.scope, bound)
                    yield from self._within(inner, given, depth + 1)

    def _raw(self, site: Site, bound: Mapping[str, Value]) -> Raw:
        every = bool(site.loops) and not _tries(site, site.loops[-1])
        return Raw(self.names(site, bound), site.call.lineno, self.is_optional(site, bound), every)

    def is_optional(self, site: Site, bound: Mapping[str, Value]) -> bool:
        """Say whether the code goes on where the call fails."""
        for guard in site.guards:
            end = guard.end_lineno or guard.lineno
            if isinstance(guard, ast.Try) and any(self._gives_up(each) for each in guard.handlers):
                continue
            left = self._left(site.scope, bound)
            after = [line for line in self.fatal(site.scope) if line > end]
            if any(not any(end < exit_ < line for exit_ in left) for line in after):
                continue
            if not self._is_missed(site.scope):
                return True
        return False

    def _left(self, scope: Scope, bound: Mapping[str, Value]) -> list[int]:
        """Return the lines at which a function surely returns."""
        return [line for test, line in scope.leaving if self.code.is_true(test, scope, bound)]

    def fatal(self, scope: Scope) -> Iterator[int]:
        """Yield the lines at which a scope fails: raise statements and calls that nothing guards."""
        yield from scope.raises
        yield from (site.call.lineno for site in scope.sites if not site.guards and self.hits(site))

    def _is_missed(self, scope: Scope) -> bool:
        """Say whether a caller of the scope's function raises after the call."""
        owner = self._owner.get(scope)
        calls = self._callers.get(owner, ()) if owner is not None else ()
        return any(line > site.call.lineno for site in calls for line in site.scope.raises)

    def _gives_up(self, handler: ast.ExceptHandler) -> bool:
        """Say whether a handler raises, ends the program or tries another instead."""
        for node in ast.walk(handler):
            if isinstance(node, ast.Raise) or self.goes_elsewhere(node):
                return True
            if isinstance(node, ast.Call) and last(node.func) in _EXITS:
                return True
        return False


def last(node: ast.expr) -> str:
    """Return the last part of a Name or Attribute, empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _tries(site: Site, loop: ast.For | ast.AsyncFor) -> bool:
    """Say whether a loop stops at the first that works."""
    if any(guard.lineno >= loop.lineno for guard in site.guards):
        return True
    return any(isinstance(node, ast.Break | ast.Return | ast.Yield) for node in ast.walk(loop))


F = TypeVar("F", bound=Flow)


def followed(
    sources: Iterable[tuple[str, str, Content]], tells: Callable[[bytes], bool], make: Callable[[Code], F]
) -> F | None:
    """Return what `make` finds in the sources of one distribution, None where no text has such a call.

    Each source is a path, a module's name, and the text. Parsed are those whose text `tells`, and,
    for as long as there are any, those that name a function which hands a parameter on to a call.
    """
    held: dict[str, tuple[str, bytes]] = {}
    units: dict[str, Unit] = {}
    for path, module, content in sources:
        if content.size <= _MAX_SOURCE:
            text = b"".join(content.chunks())
            held[module] = (path, text)
            if tells(text):
                _add(units, module, path, text)
    seen: set[tuple[bytes, bytes]] = set()
    while units:
        finder = make(Code(units))
        passing = finder.words - seen
        seen |= passing
        more = [
            module
            for module, (_, text) in held.items()
            if module not in units and any(name in text and place in text for name, place in passing)
        ]
        for module in more:
            _add(units, module, *held[module])
        if not more:
            return finder
    return None


def _add(units: dict[str, Unit], module: str, path: str, text: bytes) -> None:
    unit = parse(path, module, text)
    if unit is not None:
        units[module] = unit
