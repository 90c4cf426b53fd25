from pathlib import Path

import pytest

from folders import health_paths as paths
from folders import healths

AIOHTTP = "from aiohttp import web\napp = web.Application()\nasync def h(request): pass\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.router.add_get('/health', h)", ["/health"]),
        ("app.router.add_route('GET', '/health', h)", ["/health"]),
        ("app.router.add_route('*', '/health', h)", ["/health"]),
        ("app.router.add_route('POST', '/health', h)", []),
        ("app.router.add_post('/health', h)", []),
        ("app.add_routes([web.get('/health', h), web.post('/ping', h)])", ["/health"]),
        ("app.add_routes([web.route('GET', '/health', h), web.route('POST', '/ping', h)])", ["/health"]),
        ("app.router.add_routes([web.view('/health', V), web.view('/ping', W)])", ["/health"]),
        (
            "r = web.RouteTableDef()\n@r.get('/health')\nasync def x(request): pass\napp.add_routes(r)",
            ["/health"],
        ),
        ("r = web.RouteTableDef()\n@r.get('/health')\nasync def x(request): pass", []),
        (
            (
                "r = web.RouteTableDef()\n@r.view('/health')\n"
                "class X(web.View):\n    async def get(self): pass\n"
                "@r.view('/ping')\nclass Y(web.View):\n    async def post(self): pass\napp.add_routes(r)"
            ),
            ["/health"],
        ),
        (
            "sub = web.Application()\nsub.router.add_get('/health', h)\napp.add_subapp('/api/', sub)",
            ["/health", "/api/health"],
        ),
        ("def setup(a):\n    a.router.add_view('/health', V)\nsetup(app)", ["/health"]),
        ("class V2(V): pass\napp.router.add_view('/health', V2)", ["/health"]),
    ],
)
def test_aiohttp(tmp_path: Path, text: str, expected: list[str]) -> None:
    views = "class {}(web.View):\n    async def {}(self): pass\n"
    views = views.format("V", "get") + views.format("W", "post")
    assert paths(tmp_path, {"m.py": f"{AIOHTTP}{views}{text}\n"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@route('/health')\ndef h(): pass", ["/health"]),
        ("@get('/ping')\n@bottle.get(['/up', '/health'])\ndef h(): pass", ["/health", "/ping", "/up"]),
        ("@route('/health', method='POST')\ndef h(): pass", []),
        ("@route('/health', method=['GET', 'POST'])\ndef h(): pass", ["/health"]),
        ("app = bottle.Bottle()\n@app.route('/health')\ndef h(): pass", ["/health"]),
        (
            (
                "api = bottle.Bottle()\n@api.get('/health')\ndef h(): pass\napp = bottle.Bottle()\n"
                "app.mount('/api/', api)"
            ),
            ["/health", "/api/health"],
        ),
    ],
)
def test_bottle(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert paths(tmp_path, {"m.py": f"import bottle\nfrom bottle import get, route\n{text}\n"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.add_route('/health', Health())", ["/health"]),
        ("it = Health()\napp.add_route('/health', it)", ["/health"]),
        ("app.add_route('/health', Posts())", []),
        ("app.add_route('/health', things.other)", ["/health"]),
        ("def wire(api):\n    api.add_route('/health', Health(1))\nwire(app)", ["/health"]),
    ],
)
def test_falcon(tmp_path: Path, text: str, expected: list[str]) -> None:
    resources = (
        "class Health:\n    def on_get(self, req, resp): pass\n"
        "class Posts:\n    def on_post(self, req, resp): pass\n"
    )
    assert paths(tmp_path, {"m.py": f"import falcon\n{resources}app = falcon.App()\n{text}\n"}) == expected


SANIC = """\
from sanic import Blueprint, Sanic
app = Sanic("x")
bp = Blueprint("b", url_prefix="/b")
@bp.get("/health")
async def h(request): pass
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.blueprint(bp)", ["/b/health"]),
        (
            "p = Blueprint('p', '/p')\n@p.get('/health')\nasync def ph(r): pass\napp.blueprint(p)",
            ["/p/health"],
        ),
        ("p = Blueprint('p', P)\n@p.get('/health')\nasync def ph(r): pass\napp.blueprint(p)", []),
        ("@app.route('/ping', ['POST'])\nasync def pp(r): pass", []),
        ("app.blueprint(bp, url_prefix='/c')", ["/c/health"]),
        ("app.blueprint([bp])", ["/b/health"]),
        ("app.blueprint(Blueprint.group(bp, url_prefix='/api'))", ["/api/b/health"]),
        ("g = Blueprint.group(bp, url_prefix='/api')\napp.blueprint(g)", ["/api/b/health"]),
        (
            "g = Blueprint.group(bp, url_prefix='/api')\napp.blueprint(g, url_prefix='/q')",
            ["/q/api/b/health"],
        ),
        ("app.blueprint(bp, version=1)", []),
        ("app.add_route(h, '/ping')", ["/ping"]),
        ("v = Blueprint('v', version=2)\n@v.get('/up')\nasync def u(r): pass\napp.blueprint(v)", []),
        ("", []),
    ],
)
def test_blueprints_of_sanic(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert paths(tmp_path, {"m.py": f"{SANIC}{text}\n"}) == expected


def test_of_the_applications_in_a_function_the_one_that_it_gives_back_is_outside(tmp_path: Path) -> None:
    text = (
        "def make():\n    app = web.Application()\n    sub = web.Application()\n"
        "    sub.router.add_get('/health', h)\n    app.add_subapp('/api', sub)\n    return app\n"
    )
    found = healths(tmp_path, {"m.py": AIOHTTP + text})
    assert found == [("/health", "m.make.sub"), ("/api/health", "m.make")]


RESTFUL = """\
from flask import Blueprint, Flask
import flask_restful, flask_restx, flask_smorest
app = Flask("x")
bp = Blueprint("b", "b", url_prefix="/b")
class Health(flask_restful.Resource):
    def get(self): pass
class Posts(flask_restful.Resource):
    def post(self): pass
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("api = flask_restful.Api(app)\napi.add_resource(Health, '/health')", ["/health"]),
        ("api = flask_restful.Api(app, prefix='/v1')\napi.add_resource(Health, '/health')", ["/v1/health"]),
        ("api = flask_restful.Api(app)\napi.add_resource(Posts, '/health')", []),
        ("api = flask_restful.Api(app, decorators=[auth])\napi.add_resource(Health, '/health')", []),
        ("api = flask_restful.Api()\napi.add_resource(Health, '/health')", []),
        ("api = flask_restful.Api()\napi.add_resource(Health, '/health')\napi.init_app(app)", ["/health"]),
        (
            (
                "api = flask_restx.Api(bp)\n@api.route('/health')\nclass H(flask_restx.Resource):\n"
                "    def get(self): pass\napp.register_blueprint(bp)"
            ),
            ["/b/health"],
        ),
        (
            (
                "api = flask_restx.Api(app)\nns = flask_restx.Namespace('internal')\n@ns.route('/ping')\n"
                "class H(flask_restx.Resource):\n    def get(self): pass\napi.add_namespace(ns)"
            ),
            ["/internal/ping"],
        ),
        (
            (
                "api = flask_restx.Api(app)\nns = flask_restx.Namespace('n', path='/a')\n@ns.route('/ping')\n"
                "class H(flask_restx.Resource):\n    def get(self): pass\napi.add_namespace(ns, path='/c')"
            ),
            ["/c/ping"],
        ),
        (
            (
                "blp = flask_smorest.Blueprint('h', __name__, url_prefix='/s')\n@blp.route('/health')\n"
                "class H(MethodView):\n    def get(self): pass\n"
                "api = flask_smorest.Api(app)\napi.register_blueprint(blp)"
            ),
            ["/s/health"],
        ),
    ],
)
def test_apis_of_extensions_of_flask(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert paths(tmp_path, {"m.py": f"{RESTFUL}{text}\n"}) == expected
