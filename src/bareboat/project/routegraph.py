"""Routes by owner, and which owner includes which under what prefix, as a graph.

An owner is an application, a router, or a parameter of a function that either is given to; it has the
dotted name that it is bound to. `ANY` stands for an application that the tree does not tell.
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field

__all__ = ["ANY", "Edge", "Graph", "Route", "joined", "whole"]

ANY = "*"
_DEPTH = 10


class Route(Struct, frozen=True):
    """A path below its owner."""

    owner: str
    path: str
    where: str
    framework: str = ""


class Edge(Struct, frozen=True):
    """One inclusion: `prefix` is None where it is not literal; it may stand for the owner's own one."""

    parent: str
    prefix: str | None
    replaces: bool = False


class Graph(Struct):
    """What the registrations of all modules say.

    `prefixes` are those that routers give themselves. `apps` are the applications, by owner, with the
    dotted name that a candidate has. `parameters` may be anything where nobody is seen to call the
    function. `closed` are owners whose routes ask for a login, `joining` those whose own prefix always
    stays. `inner` are applications, by that dotted name, that others include.
    """

    routes: list[Route] = field(default_factory=list)
    edges: dict[str, list[Edge]] = field(default_factory=dict)
    prefixes: dict[str, str | None] = field(default_factory=dict)
    apps: dict[str, str] = field(default_factory=dict)
    parameters: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    joining: set[str] = field(default_factory=set)

    @property
    def inner(self) -> frozenset[str]:
        """The applications that others include."""
        return frozenset(self.apps[owner] for owner in self.edges if owner in self.apps)

    def include(self, owner: str, parent: str, prefix: str | None, *, replaces: bool = False) -> None:
        """Note that `parent` passes on to `owner` what lies below `prefix`."""
        edge = Edge(parent, prefix, replaces and owner not in self.joining)
        held = self.edges.setdefault(owner, [])
        if owner != parent and edge not in held:
            held.append(edge)


def whole(route: Route, graph: Graph) -> Iterator[tuple[str, str]]:
    """Yield (path with all prefixes, application) for a route, once for each application that has it."""
    yield from _above(route.owner, route.path, graph, ())


def _above(owner: str, path: str, graph: Graph, seen: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if owner in seen or owner in graph.closed or len(seen) > _DEPTH:
        return
    if owner == ANY:
        yield joined(path), ""
        return
    edges = graph.edges.get(owner, [])
    if owner in graph.parameters and not edges:
        yield joined(path), ""
        return
    own = graph.prefixes.get(owner, "")
    if owner in graph.apps and own is not None:
        yield joined(own, path), graph.apps[owner]
    for edge in edges:
        if edge.prefix is not None and (edge.replaces or own is not None):
            parts = (edge.prefix, path) if edge.replaces else (edge.prefix, own or "", path)
            yield from _above(edge.parent, joined(*parts), graph, (*seen, owner))


def joined(*parts: str) -> str:
    """Return the parts as one path: each begins with a slash, none is doubled."""
    text = "".join(part if part.startswith("/") or not part else f"/{part}" for part in parts)
    return re.sub(r"/{2,}", "/", text) or "/"
