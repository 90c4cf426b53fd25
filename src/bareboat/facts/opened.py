"""Libraries that Python code opens by name at run time: ctypes and cffi, read from syntax trees.

A name may come through constants, loops, formats, and functions that pass it on. Names that are
tried one after the other for one library are alternatives.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from bareboat.facts.folding import Code
from bareboat.facts.scopes import Function, Scope, Site, Unit, parse
from bareboat.facts.value import Value
from bareboat.tree.content import Content

__all__ = ["Opened", "read"]


class Opened(Struct, frozen=True, order=True):
    """One library that `module` opens, at `where` (path and line): the names tried, in their order.

    A name is `libmagic.so.1` as for dlopen, or `-lmagic` as for find_library, which takes any
    version. An optional one is not missed where it is absent: the code catches that and goes on.
    """

    module: str
    where: str
    names: tuple[str, ...]
    is_optional: bool = False


_OPENERS = frozenset({"find_library", "CDLL", "PyDLL", "LoadLibrary", "dlopen"})
_WORDS = tuple(name.encode() for name in sorted(_OPENERS))
_FOREIGN = (".dll", ".dylib", ".exe", ".framework", ".drv")
_MAX_SOURCE = 8 << 20
_DEEPEST = 5
_LINKED = re.compile(r"-l[A-Za-z0-9][A-Za-z0-9+._-]*")
_STEM = re.compile(r"(?:-l|lib)(?P<stem>.+?)(?:[-.]?[0-9][0-9.]*)?(?:\.so(?:\..*)?)?")
_EXITS = {"exit", "_exit", "abort", "fail", "skip"}


class _Raw(Struct, frozen=True):
    names: tuple[str, ...]
    line: int
    is_optional: bool
    is_every: bool = False


def read(sources: Iterable[tuple[str, str, Content]]) -> tuple[Opened, ...]:
    """Return what the sources of one distribution open; each is a path, a module's name, and the text.

    Sorted; what cannot be followed is left out.
    """
    held: dict[str, tuple[str, bytes]] = {}
    units: dict[str, Unit] = {}
    for path, module, content in sources:
        if content.size <= _MAX_SOURCE:
            text = b"".join(content.chunks())
            held[module] = (path, text)
            if any(word in text for word in _WORDS):
                _add(units, module, path, text)
    if not units:
        return ()
    seen: set[str] = set()
    while True:
        finder = _Finder(Code(units))
        passing = {each.name for each in finder.opening} - seen
        seen |= passing
        more = [
            module
            for module, (_, text) in held.items()
            if module not in units and any(re.search(rb"\b%s\(" % name.encode(), text) for name in passing)
        ]
        for module in more:
            _add(units, module, *held[module])
        if not more:
            return finder.found()


def _add(units: dict[str, Unit], module: str, path: str, text: bytes) -> None:
    unit = parse(path, module, text)
    if unit is not None:
        units[module] = unit


class _Finder:
    """Follows names to the calls that open libraries in one distribution's code."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self._resolved: dict[int, tuple[Function, ...]] = {}
        self.opening: set[Function] = set()
        self._owner = {
            each.scope: each
            for unit in code.units.values()
            for held in unit.functions.values()
            for each in held
        }
        self._callers: dict[Function, list[Site]] = {}
        self._find_opening()

    def found(self) -> tuple[Opened, ...]:
        """Return the libraries of all units, one entry for the alternatives of each."""
        found: list[Opened] = []
        for unit in self.code.units.values():
            for scope in unit.scopes:
                for raw in self._raws(scope):
                    groups = [(name,) for name in raw.names] if raw.is_every else [raw.names]
                    found += (
                        Opened(unit.module, f"{unit.path}:{raw.line}", names, raw.is_optional)
                        for names in groups
                        if names
                    )
        return _merged(found)

    def _find_opening(self) -> None:
        """Find the functions that hand a parameter on to a call that opens a library."""
        sites = [site for unit in self.code.units.values() for scope in unit.scopes for site in scope.sites]
        waiting = []
        for site in sites:
            functions = self._resolved[id(site.call)] = self.code.functions(site.call, site.scope)
            for each in functions:
                self._callers.setdefault(each, []).append(site)
            if self._opens(site):
                waiting += self._handing(site)
        while waiting:
            function = waiting.pop()
            if function not in self.opening:
                self.opening.add(function)
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

    def _opens(self, site: Site) -> bool:
        """Say whether a call is one of ctypes' or cffi's, by its own name or another one for it."""
        function = site.call.func
        if isinstance(function, ast.Attribute):
            return function.attr in _OPENERS
        if not isinstance(function, ast.Name):
            return False
        if site.scope.unit.imports.get(function.id, function.id).rpartition(".")[2] in _OPENERS:
            return True
        values = site.scope.assigned.get(function.id, ())  # loader = CDLL
        return any(_last(each) in _OPENERS for each in values)

    def _raws(self, scope: Scope) -> Iterator[_Raw]:
        """Yield what a scope opens itself, and what it has others open by names that it gives them."""
        owner = self._owner.get(scope)
        bound = self.code.defaults(owner) if owner is not None else {}
        for site in scope.sites:
            if self._opens(site):
                yield self._opened(site, bound)
            for function in self._resolved.get(id(site.call), ()):
                if function in self.opening:
                    given = self.code.bound(site.call, function, scope, bound)
                    own = set(self._names(function, self.code.defaults(function), 0))
                    raws = list(self._within(function, given, 0))
                    names = tuple(dict.fromkeys(name for raw in raws for name in raw.names))
                    if not set(names) <= own:
                        optional = all(raw.is_optional for raw in raws if raw.names)
                        every = all(raw.is_every for raw in raws if raw.names)
                        yield _Raw(names, site.call.lineno, optional or self._is_optional(site, bound), every)

    def _names(self, function: Function, bound: Mapping[str, Value], depth: int) -> Iterator[str]:
        for raw in self._within(function, bound, depth):
            yield from raw.names

    def _within(self, function: Function, bound: Mapping[str, Value], depth: int) -> Iterator[_Raw]:
        """Yield what a function opens when its parameters are as `bound` says."""
        if depth > _DEEPEST:
            return
        left = self._left(function.scope, bound)
        for site in function.scope.sites:
            if any(line < site.call.lineno for line in left):
                continue
            if self._opens(site):
                yield self._opened(site, bound)
            for inner in self._resolved.get(id(site.call), ()):
                if inner in self.opening and inner is not function:
                    given = self.code.bound(site.call, inner, function.scope, bound)
                    yield from self._within(inner, given, depth + 1)

    def _opened(self, site: Site, bound: Mapping[str, Value]) -> _Raw:
        call = site.call
        argument = call.args[0] if call.args else None
        for keyword in call.keywords:
            if argument is None and keyword.arg == "name":
                argument = keyword.value
        if argument is None:
            return _Raw((), call.lineno, is_optional=False)
        is_search = _last(call.func) == "find_library" or (
            isinstance(call.func, ast.Name)
            and site.scope.unit.imports.get(call.func.id, "").endswith("find_library")
        )
        value = self.code.value(call if is_search else argument, site.scope, bound)
        if is_search and not value.items:  # another name for it
            held = self.code.value(argument, site.scope, bound)
            value = replace(held, items=tuple(f"-l{text}" for text in held.texts if text))
        names = tuple(dict.fromkeys(name for text in value.texts if (name := _kept(text))))
        every = bool(site.loops) and not _tries(site, site.loops[-1])
        return _Raw(names, call.lineno, self._is_optional(site, bound), every)

    def _is_optional(self, site: Site, bound: Mapping[str, Value]) -> bool:
        """Say whether the code goes on where the library is absent."""
        for guard in site.guards:
            end = guard.end_lineno or guard.lineno
            if isinstance(guard, ast.Try) and any(_goes_elsewhere(each) for each in guard.handlers):
                continue
            left = self._left(site.scope, bound)
            after = [line for line in self._fatal(site.scope) if line > end]
            if any(not any(end < exit_ < line for exit_ in left) for line in after):
                continue
            if not self._is_missed(site.scope):
                return True
        return False

    def _left(self, scope: Scope, bound: Mapping[str, Value]) -> list[int]:
        """Return the lines at which a function surely returns."""
        return [line for test, line in scope.leaving if self.code.is_true(test, scope, bound)]

    def _fatal(self, scope: Scope) -> Iterator[int]:
        """Yield the lines at which a scope fails: raise statements and openings that nothing guards."""
        yield from scope.raises
        yield from (site.call.lineno for site in scope.sites if not site.guards and self._opens(site))

    def _is_missed(self, scope: Scope) -> bool:
        """Say whether a caller of the scope's function raises after the call."""
        owner = self._owner.get(scope)
        calls = self._callers.get(owner, ()) if owner is not None else ()
        return any(line > site.call.lineno for site in calls for line in site.scope.raises)


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _tries(site: Site, loop: ast.For | ast.AsyncFor) -> bool:
    """Say whether a loop stops at the first that works."""
    if any(guard.lineno >= loop.lineno for guard in site.guards):
        return True
    return any(isinstance(node, ast.Break | ast.Return | ast.Yield) for node in ast.walk(loop))


def _goes_elsewhere(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler raises, ends the program or opens another library instead."""
    for node in ast.walk(handler):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call) and _last(node.func) in _EXITS | _OPENERS:
            return True
    return False


def _kept(text: str) -> str:
    """Return a name as it is looked up, empty for one that no Linux system has."""
    if text.lower().endswith(_FOREIGN):
        return ""
    if text.startswith("-l"):
        return text if _LINKED.fullmatch(text) else ""
    folder, _, name = text.rpartition("/")
    if folder and not folder.startswith(("/usr/lib", "/lib")):
        return ""
    return name if re.fullmatch(r"[\w+.-]+\.so(\.[\w.+-]+)?", name) else ""


def _merged(found: list[Opened]) -> tuple[Opened, ...]:
    """Join what one module tries for one library; what a larger group holds is left out."""
    by_stem: dict[tuple[str, str], Opened] = {}
    for one in found:
        match = _STEM.fullmatch(one.names[0])
        mark = (one.module, match["stem"] if match else one.names[0])
        held = by_stem.get(mark)
        if held is None:
            by_stem[mark] = one
        else:
            names = tuple(dict.fromkeys((*held.names, *one.names)))
            by_stem[mark] = replace(held, names=names, is_optional=held.is_optional and one.is_optional)
    groups = list(by_stem.values())
    return tuple(
        sorted(
            one
            for one in groups
            if not any(
                other is not one and other.module == one.module and set(one.names) < set(other.names)
                for other in groups
            )
        )
    )
