"""Where the code itself listens: the ports and hosts in calls such as `uvicorn.run(app, port=8000)`.

Each way of listening has its defaults, so a call that names neither port nor host says both. Values
are read where they are literal, a constant of the project, or the default of a variable.
"""

import ast
from collections.abc import Mapping

from msgspec import Struct

from bareboat.project.modules import Module
from bareboat.project.shapes import Shapes, literal

__all__ = ["ANY", "LOOPBACK", "Listen", "listens", "port_of"]

ANY = "0.0.0.0"  # noqa: S104 - what a server in a container listens on
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_GETTERS = {"os.environ.get", "os.getenv"}


class Listen(Struct, frozen=True):
    """One call that listens: `port` is 0 and `host` empty where they are not plain to see.

    `is_said` tells that the call names the port, which else is the default, `is_development` that it
    starts a server for development alone. `variable` is the
    environment variable that gives the host. `path` is the file.
    """

    port: int
    host: str
    where: str
    path: str
    is_said: bool = False
    variable: str = ""
    is_development: bool = False


class _Way(Struct, frozen=True):
    """How one function takes port and host: by position (from 0) or keyword, and its defaults.

    `address_at` is the place of a `host:port` text or a `(host, port)` pair. `variable` is what
    the library itself reads the host from.
    """

    port: int = 0
    host: str = ANY
    port_at: int = -1
    host_at: int = -1
    address_at: int = -1
    variable: str = ""
    is_development: bool = False


_LOCAL = "127.0.0.1"

_FUNCTIONS: Mapping[str, _Way] = {
    "aiohttp.web.run_app": _Way(8080),
    "asyncio.start_server": _Way(0, "", port_at=2, host_at=1),
    "bottle.run": _Way(8080, _LOCAL),
    "cheroot.wsgi.Server": _Way(0, "", address_at=0),
    "daphne.server.Server": _Way(0, ""),
    "eventlet.listen": _Way(0, "", address_at=0),
    "gevent.pywsgi.WSGIServer": _Way(0, "", address_at=0),
    "granian.Granian": _Way(8000, _LOCAL),
    "http.server.HTTPServer": _Way(0, "", address_at=0),
    "http.server.ThreadingHTTPServer": _Way(0, "", address_at=0),
    "nicegui.ui.run": _Way(8080),
    "socketserver.TCPServer": _Way(0, "", address_at=0),
    "socketserver.ThreadingTCPServer": _Way(0, "", address_at=0),
    "uvicorn.Config": _Way(8000, _LOCAL),
    "uvicorn.config.Config": _Way(8000, _LOCAL),
    "uvicorn.main.run": _Way(8000, _LOCAL),
    "uvicorn.run": _Way(8000, _LOCAL),
    "waitress.serve": _Way(8080),
    "websockets.serve": _Way(0, "", port_at=2, host_at=1),
    "websockets.asyncio.server.serve": _Way(0, "", port_at=2, host_at=1),
    "werkzeug.serving.run_simple": _Way(0, "", port_at=1, host_at=0),
    "wsgiref.simple_server.make_server": _Way(0, "", port_at=1, host_at=0),
}
_APPLICATIONS: Mapping[str, _Way] = {
    "bottle": _Way(8080, _LOCAL, is_development=True),
    "flask": _Way(5000, _LOCAL, port_at=1, host_at=0, is_development=True),
    "quart": _Way(5000, _LOCAL, port_at=1, host_at=0, is_development=True),
    "sanic": _Way(8000, _LOCAL, port_at=1, host_at=0),
}
"""`app.run(…)` of an application by its framework."""

_OBJECTS: Mapping[str, _Way] = {"dash.Dash": _Way(8050, _LOCAL, variable="HOST", is_development=True)}

_METHODS: Mapping[tuple[str, str], _Way] = {
    ("flask_socketio", "run"): _Way(5000, _LOCAL, port_at=2, host_at=1),
    ("gradio", "launch"): _Way(7860, _LOCAL, variable="GRADIO_SERVER_NAME"),
    ("grpc", "add_insecure_port"): _Way(0, "", address_at=0),
    ("grpc", "add_secure_port"): _Way(0, "", address_at=0),
    ("telegram", "run_webhook"): _Way(80, _LOCAL),
    ("tornado", "bind"): _Way(0, ANY, port_at=0, host_at=1),
    ("tornado", "listen"): _Way(0, ANY, port_at=0, host_at=1),
}
"""Methods of objects that no tree gives a class for, where the file imports that package."""

_PORTS = {"port", "server_port"}
_HOSTS = {"host", "server_name", "address", "listen", "hostname", "interface"}
_ADDRESSES = {"listen", "bind"}


def listens(module: Module, shapes: Shapes, node: ast.Call) -> Listen | None:
    """Return where a call listens, None for one that does not."""
    way = _way(module, shapes, node)
    if way is None:
        return None
    port_node = _argument(node, way.port_at, _PORTS)
    host_node = _argument(node, way.host_at, _HOSTS)
    address = _argument(node, way.address_at, _ADDRESSES)
    if isinstance(address, ast.Tuple) and len(address.elts) == 2:
        host_node, port_node, address = address.elts[0], address.elts[1], None
    port = port_of(shapes, module, port_node) if port_node is not None else 0
    host, variable = _host(shapes, module, host_node) if host_node is not None else (way.host, way.variable)
    if address is not None:
        text, number = _address(shapes, module, address)
        port = port or number
        host, variable = (text, "") if number else (host, variable)
    is_said = port_node is not None or bool(port and address is not None)
    if not port and not is_said:
        port = way.port
    return Listen(
        port,
        host,
        module.where(node),
        module.path,
        is_said=is_said and bool(port),
        variable=variable,
        is_development=way.is_development,
    )


def _way(module: Module, shapes: Shapes, node: ast.Call) -> _Way | None:
    called = module.resolve(node.func)
    if called in _FUNCTIONS:
        return _FUNCTIONS[called]
    if not isinstance(node.func, ast.Attribute):
        return None
    name = node.func.attr
    if name in {"run", "run_server"}:
        owner = shapes.find(module.resolve(node.func.value))
        if owner is not None and owner.role == "app" and owner.framework is not None:
            return _APPLICATIONS.get(owner.framework.name, _Way(0, ""))
        if owner is not None and owner.role == "object":
            return _OBJECTS.get(owner.text or "", _Way(0, ""))
    for (package, method), way in _METHODS.items():
        is_there = method == name and package in module.packages
        if is_there and (name != "run" or _is_of(module, shapes, node.func.value, package)):
            return way
    return None


def _is_of(module: Module, shapes: Shapes, node: ast.expr, package: str) -> bool:
    """Return whether a name at module level was made by a class of the package."""
    base, _, name = module.resolve(node).rpartition(".")
    holder = shapes.by_name.get(base)
    value = shapes.bound[holder.path].get(name) if holder is not None else None
    return (
        holder is not None
        and isinstance(value, ast.Call)
        and holder.resolve(value.func).startswith(f"{package}.")
    )


def _argument(node: ast.Call, place: int, names: set[str]) -> ast.expr | None:
    if 0 <= place < len(node.args) and not any(isinstance(one, ast.Starred) for one in node.args):
        return node.args[place]
    return next((held.value for held in node.keywords if held.arg in names), None)


def port_of(shapes: Shapes, module: Module, node: ast.expr, depth: int = 0) -> int:
    """Return a port that is a number, a constant's, or the default of an environment variable; else 0."""
    text = (literal(shapes, module, node) or "").rpartition(":")[2]
    port = int(text) if text.isascii() and text.isdecimal() and 0 < int(text) < 65536 else 0
    inner = _inner(shapes, module, node)
    if port or inner is None or depth > 4:
        return port
    return port_of(shapes, module, inner, depth + 1)


def _inner(shapes: Shapes, module: Module, node: ast.expr) -> ast.expr | None:
    """Return the expression that a value comes from: a constant's, a default's, what `int()` is given."""
    inner: ast.AST | None = None
    if isinstance(node, ast.Name):
        inner = shapes.bound[module.path].get(node.id)
    elif isinstance(node, ast.BoolOp):
        inner = node.values[-1]
    elif isinstance(node, ast.FormattedValue):
        inner = node.value
    elif isinstance(node, ast.Call):
        called = module.resolve(node.func)
        if isinstance(node.func, ast.Name) and node.func.id in {"int", "str"} and node.args:
            inner = node.args[0]
        elif called in _GETTERS and len(node.args) == 2:
            inner = node.args[1]
    return inner if isinstance(inner, ast.expr) else None


def _host(shapes: Shapes, module: Module, node: ast.expr, depth: int = 0) -> tuple[str, str]:
    """Return a host and the variable that it is the default of, each empty where not plain to see."""
    if isinstance(node, ast.Constant) and node.value is None:
        return ANY, ""
    text = literal(shapes, module, node)
    if text is not None:
        return text or ANY, ""
    variable = ""
    if isinstance(node, ast.Call) and module.resolve(node.func) in _GETTERS and node.args:
        variable = literal(shapes, module, node.args[0]) or ""
    inner = _inner(shapes, module, node)
    if inner is None or depth > 4:
        return "", variable
    host, further = _host(shapes, module, inner, depth + 1)
    return host, variable or further


def _address(shapes: Shapes, module: Module, node: ast.expr) -> tuple[str, int]:
    """Return the host and the port of a `host:port` text, zero where there is no port."""
    text = literal(shapes, module, node)
    if text is not None:
        host, _, port = text.rpartition(":")
        number = int(port) if port.isascii() and port.isdecimal() and int(port) < 65536 else 0
        return host.strip("[]") or ANY, number
    if isinstance(node, ast.JoinedStr) and len(node.values) > 1:
        first = literal(shapes, module, node.values[0]) or ""
        host = first.rpartition(":")[0].strip("[]") if first.endswith(":") else ""
        return host, port_of(shapes, module, node.values[-1])
    inner = _inner(shapes, module, node)
    return _address(shapes, module, inner) if inner is not None and inner is not node else ("", 0)
