"""Libraries that Python code opens by name at run time: ctypes and cffi, read from syntax trees.

A name may come through constants, loops, formats, and functions that pass it on. Names that are
tried one after the other for one library are alternatives.
"""

import ast
import re
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from bareboat.facts.flow import Flow, followed, last
from bareboat.facts.scopes import Site
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
_LINKED = re.compile(r"-l[A-Za-z0-9][A-Za-z0-9+._-]*")
_STEM = re.compile(r"(?:-l|lib)(?P<stem>.+?)(?:[-.]?[0-9][0-9.]*)?(?:\.so(?:\..*)?)?")


def read(sources: Iterable[tuple[str, str, Content]]) -> tuple[Opened, ...]:
    """Return what the sources of one distribution open; each is a path, a module's name, and the text.

    Sorted; what cannot be followed is left out.
    """
    finder = followed(sources, lambda text: any(word in text for word in _WORDS), _Finder)
    return finder.found() if finder is not None else ()


class _Finder(Flow):
    """Follows names to the calls that open libraries."""

    def found(self) -> tuple[Opened, ...]:
        """Return the libraries of all units, one entry for the alternatives of each."""
        found: list[Opened] = []
        for unit in self.code.units.values():
            for scope in unit.scopes:
                for raw in self.raws(scope):
                    groups = [(name,) for name in raw.names] if raw.is_every else [raw.names]
                    found += (
                        Opened(unit.module, f"{unit.path}:{raw.line}", names, raw.is_optional)
                        for names in groups
                        if names
                    )
        return _merged(found)

    def hits(self, site: Site) -> bool:
        """Say whether a call is one of ctypes' or cffi's, by its own name or another one for it."""
        function = site.call.func
        if isinstance(function, ast.Attribute):
            return function.attr in _OPENERS
        if not isinstance(function, ast.Name):
            return False
        if site.scope.unit.imports.get(function.id, function.id).rpartition(".")[2] in _OPENERS:
            return True
        values = site.scope.assigned.get(function.id, ())  # loader = CDLL
        return any(last(each) in _OPENERS for each in values)

    def names(self, site: Site, bound: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the libraries that a call may open."""
        call = site.call
        argument = call.args[0] if call.args else None
        for keyword in call.keywords:
            if argument is None and keyword.arg == "name":
                argument = keyword.value
        if argument is None:
            return ()
        is_search = last(call.func) == "find_library" or (
            isinstance(call.func, ast.Name)
            and site.scope.unit.imports.get(call.func.id, "").endswith("find_library")
        )
        texts = self.code.value(call if is_search else argument, site.scope, bound).texts
        if is_search and not texts:  # another name for it
            held = self.code.value(argument, site.scope, bound)
            texts = tuple(f"-l{text}" for text in held.texts if text)
        return tuple(dict.fromkeys(name for text in texts if (name := _kept(text))))

    def goes_elsewhere(self, node: ast.AST) -> bool:
        """Say whether a handler opens another library."""
        return isinstance(node, ast.Call) and last(node.func) in _OPENERS


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
