"""How the code itself starts a server: `uvicorn.run("main:app", port=8000)`, `app.run(port=…)`.

Also which applications lie inside others: mounted, or wrapped by a further one.
"""

import ast

from msgspec import Struct

from bareboat.project.fact import Fact
from bareboat.project.listening import Listen, listens
from bareboat.project.modules import Module, Modules
from bareboat.project.shapes import Shapes

__all__ = ["Served", "read"]

RUNNERS = frozenset({
    "bjoern.run", "daphne.server.Server", "eventlet.wsgi.server",
    "gevent.pywsgi.WSGIServer", "granian.Granian", "gunicorn.app.wsgiapp.run", "hypercorn.run",
    "uvicorn.Config", "uvicorn.config.Config", "uvicorn.main.run", "uvicorn.run", "waitress.serve",
    "werkzeug.serving.run_simple", "wsgiref.simple_server.make_server",
})  # fmt: skip


class Served(Struct, frozen=True):
    """Targets that the code names, where it listens, and the dotted names of contained applications."""

    targets: tuple[Fact[str], ...]
    listens: tuple[Listen, ...]
    contained: frozenset[str]

    @property
    def ports(self) -> tuple[Fact[int], ...]:
        """The ports that calls name."""
        return tuple(Fact(one.port, one.where) for one in self.listens if one.is_said)


def read(modules: Modules, shapes: Shapes) -> Served:
    """Return what the calls of all modules say."""
    targets: list[Fact[str]] = []
    found: list[Listen] = []
    contained: set[str] = set()
    for module in modules:
        for node in () if module.is_aside else module.nodes:
            if isinstance(node, ast.Call):
                targets += _named(module, shapes, node)
                found += [one for one in (listens(module, shapes, node),) if one is not None]
                contained |= _contained(module, shapes, node)
    return Served(tuple(targets), tuple(found), frozenset(contained))


def _named(module: Module, shapes: Shapes, node: ast.Call) -> list[Fact[str]]:
    """Return the application that a call hands to a server, in a list."""
    if module.resolve(node.func) not in RUNNERS:
        return []
    named = (held.value for held in node.keywords if held.arg == "app")
    target = _target(module, shapes, node.args[0] if node.args else next(named, None))
    return [Fact(target, module.where(node))] if target else []


def _target(module: Module, shapes: Shapes, node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count(":") == 1:
        return node.value.removesuffix("()")
    if isinstance(node, (ast.Name, ast.Attribute)):
        dotted = module.resolve(node)
        shape = shapes.find(dotted)
        if shape is not None and shape.role == "app":
            base, _, name = dotted.rpartition(".")
            return f"{base}:{name}"
    return ""


def _contained(module: Module, shapes: Shapes, node: ast.Call) -> set[str]:
    """Return the applications that this call puts inside another one."""
    is_mount = isinstance(node.func, ast.Attribute) and node.func.attr == "mount"
    called = shapes.find(module.resolve(node.func))
    is_outer = called is not None and called.role == "class"
    if not (is_mount or is_outer):
        return set()
    found = set()
    for argument in (*node.args, *(held.value for held in node.keywords)):
        if isinstance(argument, (ast.Name, ast.Attribute)):
            dotted = module.resolve(argument)
            shape = shapes.find(dotted)
            if shape is not None and shape.role == "app":
                found |= {dotted, shape.origin} - {""}
    return found
