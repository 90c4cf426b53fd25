"""The tables of frameworks: constructors by full name, and how what they make is started.

What is made by none of them (a Streamlit page, a bot) is found by what a file does: `programs.py`,
`entries.py`.
"""

from enum import StrEnum

from msgspec import Struct

__all__ = [
    "CONSTRUCTORS",
    "KINDS_OF_SCRIPT",
    "METHODS",
    "OBJECTS",
    "POSITIONS",
    "ROUTERS",
    "Framework",
    "Kind",
]


class Kind(StrEnum):
    """How a candidate is started."""

    ASGI = "asgi"
    WSGI = "wsgi"
    AIOHTTP = "aiohttp"
    PASTE = "paste"
    SCRIPT = "script"
    MODULE = "module"
    PROGRAM = "program"
    WORKER = "worker"

    @property
    def is_served(self) -> bool:
        """Whether it takes a server, which is told the port."""
        return self in {Kind.ASGI, Kind.WSGI, Kind.AIOHTTP, Kind.PASTE}


class Framework(Struct, frozen=True):
    """A framework's name and the interface of its applications."""

    name: str
    kind: Kind


def _asgi(name: str) -> Framework:
    return Framework(name, Kind.ASGI)


def _wsgi(name: str) -> Framework:
    return Framework(name, Kind.WSGI)


def _worker(name: str) -> Framework:
    return Framework(name, Kind.WORKER)


CONSTRUCTORS: dict[str, Framework] = {
    "a2wsgi.ASGIMiddleware": _wsgi("a2wsgi"),
    "a2wsgi.WSGIMiddleware": _asgi("a2wsgi"),
    "aiohttp.web.Application": Framework("aiohttp", Kind.AIOHTTP),
    "apiflask.APIFlask": _wsgi("flask"),
    "ariadne.asgi.GraphQL": _asgi("ariadne"),
    "ariadne.wsgi.GraphQL": _wsgi("ariadne"),
    "asgiref.wsgi.WsgiToAsgi": _asgi("asgiref"),
    "blacksheep.Application": _asgi("blacksheep"),
    "blacksheep.server.Application": _asgi("blacksheep"),
    "bottle.Bottle": _wsgi("bottle"),
    "bottle.app": _wsgi("bottle"),
    "bottle.default_app": _wsgi("bottle"),
    "celery.Celery": _worker("celery"),
    "celery.app.Celery": _worker("celery"),
    "channels.routing.ProtocolTypeRouter": _asgi("django"),
    "connexion.AsyncApp": _asgi("connexion"),
    "connexion.FlaskApp": _asgi("connexion"),
    "django.core.asgi.get_asgi_application": _asgi("django"),
    "django.core.handlers.asgi.ASGIHandler": _asgi("django"),
    "django.core.handlers.wsgi.WSGIHandler": _wsgi("django"),
    "django.core.wsgi.get_wsgi_application": _wsgi("django"),
    "falcon.API": _wsgi("falcon"),
    "falcon.App": _wsgi("falcon"),
    "falcon.asgi.App": _asgi("falcon"),
    "fastapi.FastAPI": _asgi("fastapi"),
    "fastapi.applications.FastAPI": _asgi("fastapi"),
    "faststream.FastStream": _worker("faststream"),
    "flask.Flask": _wsgi("flask"),
    "flask.app.Flask": _wsgi("flask"),
    "flask_openapi3.OpenAPI": _wsgi("flask"),
    "huey.FileHuey": _worker("huey"),
    "huey.Huey": _worker("huey"),
    "huey.MemoryHuey": _worker("huey"),
    "huey.PriorityRedisExpireHuey": _worker("huey"),
    "huey.PriorityRedisHuey": _worker("huey"),
    "huey.RedisExpireHuey": _worker("huey"),
    "huey.RedisHuey": _worker("huey"),
    "huey.SqlHuey": _worker("huey"),
    "huey.SqliteHuey": _worker("huey"),
    "huey.contrib.sql_huey.SqlHuey": _worker("huey"),
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
    "taskiq.InMemoryBroker": _worker("taskiq"),
    "taskiq_aio_pika.AioPikaBroker": _worker("taskiq"),
    "taskiq_nats.NatsBroker": _worker("taskiq"),
    "taskiq_redis.ListQueueBroker": _worker("taskiq"),
    "taskiq_redis.PubSubBroker": _worker("taskiq"),
    "taskiq_redis.RedisStreamBroker": _worker("taskiq"),
    "tornado.wsgi.WSGIAdapter": _wsgi("tornado"),
    "wsgidav.wsgidav_app.WsgiDAVApp": _wsgi("wsgidav"),
}

OBJECTS = frozenset(
    {"dash.Dash", "fastmcp.FastMCP", "mcp.server.fastmcp.FastMCP", "pyramid.config.Configurator"}
)
"""Classes whose objects hand out an application or run by themselves."""

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
    "aiohttp.web.RouteTableDef": "",
    "apiflask.APIBlueprint": "url_prefix",
    "fastapi.APIRouter": "prefix",
    "fastapi.routing.APIRouter": "prefix",
    "flask.Blueprint": "url_prefix",
    "flask.blueprints.Blueprint": "url_prefix",
    "flask_openapi3.APIBlueprint": "url_prefix",
    "flask_restful.Api": "prefix",
    "flask_restx.Api": "prefix",
    "flask_restx.Namespace": "path",
    "flask_smorest.Api": "",
    "flask_smorest.Blueprint": "url_prefix",
    "litestar.Router": "path",
    "litestar.router.Router": "path",
    "quart.Blueprint": "url_prefix",
    "quart.blueprints.Blueprint": "url_prefix",
    "sanic.Blueprint": "url_prefix",
    "sanic.Blueprint.group": "url_prefix",
    "sanic.blueprints.Blueprint": "url_prefix",
    "sanic.blueprints.Blueprint.group": "url_prefix",
    "starlette.routing.Router": "",
}
"""Constructors of routers: the keyword that gives the prefix of all their routes."""

POSITIONS: dict[str, int] = {
    "litestar.Router": 0,
    "litestar.router.Router": 0,
    "sanic.Blueprint": 1,
    "sanic.blueprints.Blueprint": 1,
}
"""Constructors of routers that take the prefix by position, too (from 0)."""

KINDS_OF_SCRIPT: dict[str, str] = {
    "gradio": "a Gradio application",
    "nicegui": "a NiceGUI application",
    "dash": "a Dash application",
    "grpc": "a gRPC server",
    "aiohttp.web": "an aiohttp server",
    "tornado": "a Tornado server",
    "discord": "a Discord bot",
    "nextcord": "a Discord bot",
    "disnake": "a Discord bot",
    "hikari": "a Discord bot",
    "interactions": "a Discord bot",
    "aiogram": "a Telegram bot",
    "telegram": "a Telegram bot",
    "telebot": "a Telegram bot",
    "telethon": "a Telegram bot",
    "pyrogram": "a Telegram bot",
    "slack_bolt": "a Slack bot",
    "apscheduler.schedulers.blocking": "an APScheduler scheduler",
    "apscheduler": "an APScheduler scheduler",
    "schedule": "a scheduler",
    "pika": "a RabbitMQ consumer",
    "confluent_kafka": "a Kafka consumer",
    "aiokafka": "a Kafka consumer",
    "kafka": "a Kafka consumer",
    "websockets": "a WebSocket server",
    "rq": "an RQ worker",
}
"""What a script that runs by itself is, by a module that it imports; the most telling first."""
