"""How the code itself starts a server: `uvicorn.run("main:app", port=8000)`, `app.run(port=…)`.

Also which applications lie inside others: mounted, or wrapped by a further one.
"""

import ast
from dataclasses import dataclass

from bareboat.project.fact import Fact
from bareboat.project.modules import Module, Modules
from bareboat.project.shapes import Shapes, literal

__all__ = ["Served", "read"]

RUNNERS = frozenset({
    "aiohttp.web.run_app", "bjoern.run", "daphne.server.Server", "eventlet.wsgi.server",
    "gevent.pywsgi.WSGIServer", "granian.Granian", "gunicorn.app.wsgiapp.run", "hypercorn.run",
    "uvicorn.Config", "uvicorn.config.Config", "uvicorn.main.run", "uvicorn.run", "waitress.serve",
    "werkzeug.serving.run_simple", "wsgiref.simple_server.make_server",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Served:
    """Targets and ports that the code names, and the dotted names of contained applications."""

    targets: tuple[Fact[str], ...]
    ports: tuple[Fact[int], ...]
    contained: frozenset[str]


def read(modules: Modules, shapes: Shapes) -> Served:
    """Return what the calls of all modules say."""
    targets: list[Fact[str]] = []
    ports: list[Fact[int]] = []
    contained: set[str] = set()
    for module in modules:
        for node in () if module.is_aside else module.nodes:
            if isinstance(node, ast.Call):
                _call(module, shapes, node, targets, ports)
                contained |= _contained(module, shapes, node)
    return Served(tuple(targets), tuple(ports), frozenset(contained))


def _call(
    module: Module, shapes: Shapes, node: ast.Call, targets: list[Fact[str]], ports: list[Fact[int]]
) -> None:
    called = module.resolve(node.func)
    is_runner = called in RUNNERS
    is_method = False
    if not is_runner and isinstance(node.func, ast.Attribute) and node.func.attr in {"run", "run_server"}:
        owner = shapes.find(module.resolve(node.func.value))
        is_method = owner is not None and owner.role in {"app", "object"}
    if not (is_runner or is_method):
        return
    where = module.where(node)
    if is_runner:
        first = (
            node.args[0]
            if node.args
            else next((held.value for held in node.keywords if held.arg == "app"), None)
        )
        target = _target(module, shapes, first)
        if target:
            targets.append(Fact(target, where))
    given = [held.value for held in node.keywords if held.arg in {"port", "listen", "bind"}]
    ports.extend(Fact(port, where) for value in given if (port := _port(module, shapes, value)))


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


def _port(module: Module, shapes: Shapes, node: ast.expr, depth: int = 0) -> int:
    """Return a port that is a number, a constant's, or the default of an environment variable."""
    text = (literal(shapes, module, node) or "").rpartition(":")[2]
    port = int(text) if text.isdecimal() and 0 < int(text) < 65536 else 0
    inner: ast.AST | None = None
    if isinstance(node, ast.Name):
        inner = shapes.bound[module.path].get(node.id)
    elif isinstance(node, ast.BoolOp):
        inner = node.values[-1]
    elif isinstance(node, ast.Call):
        called = module.resolve(node.func)
        if isinstance(node.func, ast.Name) and node.func.id == "int" and node.args:
            inner = node.args[0]
        elif called in {"os.environ.get", "os.getenv"} and len(node.args) == 2:
            inner = node.args[1]
    if port or not isinstance(inner, ast.expr) or depth > 4:
        return port
    return _port(module, shapes, inner, depth + 1)


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
