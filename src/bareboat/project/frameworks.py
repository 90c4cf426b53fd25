"""The table of constructors that make a web application, by full name, and how each is served.

A framework that speaks neither ASGI nor WSGI (aiohttp, Streamlit) is not here: it is started by
its own console script or by `python -m`.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CONSTRUCTORS", "METHODS", "ROUTERS", "Framework", "Kind"]


class Kind(StrEnum):
    """How a candidate is started."""

    ASGI = "asgi"
    WSGI = "wsgi"
    SCRIPT = "script"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework's name and the interface of its applications."""

    name: str
    kind: Kind


def _asgi(name: str) -> Framework:
    return Framework(name, Kind.ASGI)


def _wsgi(name: str) -> Framework:
    return Framework(name, Kind.WSGI)


CONSTRUCTORS: dict[str, Framework] = {
    "a2wsgi.ASGIMiddleware": _wsgi("a2wsgi"),
    "a2wsgi.WSGIMiddleware": _asgi("a2wsgi"),
    "apiflask.APIFlask": _wsgi("flask"),
    "ariadne.asgi.GraphQL": _asgi("ariadne"),
    "ariadne.wsgi.GraphQL": _wsgi("ariadne"),
    "asgiref.wsgi.WsgiToAsgi": _asgi("asgiref"),
    "blacksheep.Application": _asgi("blacksheep"),
    "blacksheep.server.Application": _asgi("blacksheep"),
    "bottle.Bottle": _wsgi("bottle"),
    "bottle.app": _wsgi("bottle"),
    "bottle.default_app": _wsgi("bottle"),
    "channels.routing.ProtocolTypeRouter": _asgi("django"),
    "connexion.AsyncApp": _asgi("connexion"),
    "connexion.FlaskApp": _asgi("connexion"),
    "django.core.asgi.get_asgi_application": _asgi("django"),
    "django.core.wsgi.get_wsgi_application": _wsgi("django"),
    "falcon.API": _wsgi("falcon"),
    "falcon.App": _wsgi("falcon"),
    "falcon.asgi.App": _asgi("falcon"),
    "fastapi.FastAPI": _asgi("fastapi"),
    "fastapi.applications.FastAPI": _asgi("fastapi"),
    "flask.Flask": _wsgi("flask"),
    "flask.app.Flask": _wsgi("flask"),
    "flask_openapi3.OpenAPI": _wsgi("flask"),
    "litestar.Litestar": _asgi("litestar"),
    "litestar.app.Litestar": _asgi("litestar"),
    "quart.Quart": _asgi("quart"),
    "quart_trio.QuartTrio": _asgi("quart"),
    "sanic.Sanic": _asgi("sanic"),
    "socketio.ASGIApp": _asgi("socketio"),
    "socketio.WSGIApp": _wsgi("socketio"),
    "starlette.applications.Starlette": _asgi("starlette"),
    "starlite.Starlite": _asgi("litestar"),
    "strawberry.asgi.GraphQL": _asgi("strawberry"),
    "tornado.wsgi.WSGIAdapter": _wsgi("tornado"),
    "wsgidav.wsgidav_app.WsgiDAVApp": _wsgi("wsgidav"),
}

METHODS: dict[tuple[str, str], Framework] = {
    ("dash.Dash", "server"): _wsgi("flask"),
    ("fastmcp.FastMCP", "http_app"): _asgi("fastmcp"),
    ("fastmcp.FastMCP", "sse_app"): _asgi("fastmcp"),
    ("mcp.server.fastmcp.FastMCP", "sse_app"): _asgi("fastmcp"),
    ("mcp.server.fastmcp.FastMCP", "streamable_http_app"): _asgi("fastmcp"),
    ("pyramid.config.Configurator", "make_wsgi_app"): _wsgi("pyramid"),
}
"""Applications that an object of another class hands out: (constructor, attribute or method)."""

ROUTERS: dict[str, str] = {
    "apiflask.APIBlueprint": "url_prefix",
    "fastapi.APIRouter": "prefix",
    "fastapi.routing.APIRouter": "prefix",
    "flask.Blueprint": "url_prefix",
    "flask.blueprints.Blueprint": "url_prefix",
    "flask_openapi3.APIBlueprint": "url_prefix",
    "litestar.Router": "path",
    "quart.Blueprint": "url_prefix",
    "sanic.Blueprint": "url_prefix",
    "starlette.routing.Mount": "",
    "starlette.routing.Router": "",
}
"""Constructors of routers: the keyword that gives the prefix of all their routes."""
