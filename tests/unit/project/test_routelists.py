from pathlib import Path

import pytest

from folders import health_paths as paths

STARLETTE = """\
from starlette.applications import Starlette
from starlette.routing import Mount, Route, Router
from starlette.endpoints import HTTPEndpoint
from views import deep, table
class Health(HTTPEndpoint):
    async def get(self, request): pass
class Only(HTTPEndpoint):
    async def post(self, request): pass
async def h(request): pass
@requires("authenticated")
async def closed(request): pass
"""


@pytest.mark.parametrize(
    ("routes_", "expected"),
    [
        ("[Mount('/api', routes=[Route('/health', h)])]", ["/api/health"]),
        ("[Mount('/api', app=Router([Route('/health', h)]))]", ["/api/health"]),
        ("[Mount('/a', routes=[Mount('/b', routes=[Route('/health', Health)])])]", ["/a/b/health"]),
        ("[Mount('/{tenant}', routes=[Route('/health', h)])]", []),
        ("[Mount(where, routes=[Route('/health', h)])]", []),
        ("[Route('/health', Only), Route('/ping', closed)]", []),
        ("[Route('/health', h, methods=['POST'])]", []),
        ("[Route('/health', endpoint=h, methods=['GET'])]", ["/health"]),
        ("[*table, Mount('/deep', routes=deep())]", ["/deep/health", "/ping"]),
        ("table + [Route('/health', h)]", ["/health", "/ping"]),
    ],
)
def test_lists_of_starlette(tmp_path: Path, routes_: str, expected: list[str]) -> None:
    views = (
        "from starlette.routing import Route\ntable = []\ntable.append(Route('/ping', h))\n"
        "def deep():\n    return [Route('/health', h)]\n"
    )
    texts = {"m.py": f"{STARLETTE}app = Starlette(debug=True, routes={routes_})\n", "views.py": views}
    assert sorted(paths(tmp_path, texts)) == expected


LITESTAR = """\
from litestar import Controller, Litestar, Router, get, post, route
@get("/health")
async def health() -> str: ...
@get(["/ping", "/up"])
async def ping() -> str: ...
@post("/livez")
async def livez() -> str: ...
@get("/readyz", guards=[require_admin])
async def readyz() -> str: ...
@route("/ready", http_method=["GET", "HEAD"])
async def ready() -> str: ...
class Checks(Controller):
    path = "/checks"
    @get()
    async def index(self) -> str: ...
    @get("/healthz/")
    async def healthz(self) -> str: ...
"""


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("app = Litestar(route_handlers=[health, livez, readyz])", ["/health"]),
        ("app = Litestar([ping, ready])", ["/ping", "/ready", "/up"]),
        ("app = Litestar([Checks])", ["/checks/healthz"]),
        ("app = Litestar(path='/base', route_handlers=[health])", ["/base/health"]),
        (
            "r = Router(path='/api', route_handlers=[health, Checks])\napp = Litestar([r])",
            ["/api/checks/healthz", "/api/health"],
        ),
        ("app = Litestar(route_handlers=[Router('/api', route_handlers=[ready])])", ["/api/ready"]),
        ("r = Router('/api', route_handlers=[ready])\napp = Litestar(route_handlers=[r])", ["/api/ready"]),
        ("app = Litestar(route_handlers=[])\napp.register(health)", ["/health"]),
        ("app = Litestar(route_handlers=[], guards=[jwt_guard])\napp.register(health)", []),
        ("def make():\n    return Litestar([health])", ["/health"]),
        ("app = Litestar()", []),
    ],
)
def test_handlers_of_litestar(tmp_path: Path, made: str, expected: list[str]) -> None:
    assert sorted(paths(tmp_path, {"m.py": f"{LITESTAR}{made}\n"})) == expected


TORNADO = """\
import tornado.web
from tornado.web import Application, url
class Base(tornado.web.RequestHandler): pass
class Health(Base):
    def get(self): pass
class Other(Base):
    def post(self): pass
class Closed(Base):
    @tornado.web.authenticated
    def get(self): pass
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "def make():\n    return tornado.web.Application([(r'/', Base), (r'/health/?', Health)])",
            ["/health"],
        ),
        (
            "app = Application(handlers=[url(r'/health', Health, name='h'), (r'/ping', Other)], debug=True)",
            ["/health"],
        ),
        (
            (
                "class App(tornado.web.Application):\n    def __init__(self):\n"
                "        handlers = [('/health', Health)]\n"
                "        handlers += [('/ping', Health, {'a': 1}), ('/up', Closed)]\n"
                "        super().__init__(handlers)"
            ),
            ["/health", "/ping"],
        ),
        (
            (
                "class App(Application):\n    def __init__(self):\n"
                "        tornado.web.Application.__init__(self, [(r'^/health$', Health)])"
            ),
            ["/health"],
        ),
        (r"app = Application([(r'/(\w+)/health', Health), (r'/health/(.*)', Health)])", []),
    ],
)
def test_rules_of_tornado(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert paths(tmp_path, {"m.py": f"{TORNADO}{text}\n"}) == expected
