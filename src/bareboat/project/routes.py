"""The health path: routes of the syntax trees whose last part says so, prefixes put in front.

How frameworks tell of routes is read in `registrations.py`, `routelists.py`, `djangoroutes.py` and
`pyramidroutes.py`; here they become whole paths. A route that asks for a login, for parameters or for
another method than GET is passed over.
"""

from bareboat.project import djangoroutes, gates, pyramidroutes, registrations
from bareboat.project.health import Health, telling
from bareboat.project.modules import Modules
from bareboat.project.routegraph import Graph, whole
from bareboat.project.shapes import Shapes

__all__ = ["Health", "healths"]


def healths(modules: Modules, shapes: Shapes) -> tuple[Health, ...]:
    """Return the health paths, the most telling first; what is not literal is left out."""
    graph = Graph()
    registrations.read(modules, shapes, graph)
    pyramidroutes.read(modules, shapes, graph)
    doubt, inner = gates.doubt(modules), graph.inner
    found: dict[tuple[str, str], Health] = {}
    for route in graph.routes:
        for path, app in whole(route, graph):
            if telling(path) is not None:
                health = Health(path, route.where, app, route.framework, is_inner=app in inner, doubt=doubt)
                found.setdefault((path, app), health)
    for one in djangoroutes.healths(modules, shapes):
        if telling(one.path) is not None:
            found.setdefault((one.path, one.framework), one)
    return tuple(
        sorted(found.values(), key=lambda health: (telling(health.path) or (9, 9), health.path, health.where))
    )
