from pathlib import Path

import pytest

from folders import health_paths as paths
from folders import healths

FASTAPI = "from fastapi import APIRouter, Depends, FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Blueprint, Flask\napp = Flask('x')\n"


@pytest.mark.parametrize(
    "route",
    [
        "@app.post('/health')\ndef h(): pass",
        "@app.route('/health', methods=['POST'])\ndef h(): pass",
        "@app.get('/health', dependencies=[Depends(require_admin)])\ndef h(): pass",
        "@app.get('/health')\ndef h(user=Depends(current_user)): pass",
        "@app.get('/health')\ndef h(user: CurrentUser): pass",
        "@app.get('/health')\n@login_required\ndef h(): pass",
        "@app.get(unknown)\ndef h(): pass",
        "@app.get()\ndef h(): pass",
        "@other.get('/health')\ndef h(): pass",
        "@app.get\ndef h(): pass",
        "app.add_api_route(unknown, h)",
        "app.add_api_route('/health', h, dependencies=[Security(auth)])",
        "requests.get('/health')",
    ],
)
def test_routes_that_do_not_answer_everybody(tmp_path: Path, route: str) -> None:
    assert healths(tmp_path, {"m.py": f"{FASTAPI}{route}\n"}) == []


@pytest.mark.parametrize(
    "route",
    [
        "@app.get('/health', dependencies=[Depends(get_db)])\ndef h(db=Depends(session)): pass",
        "@app.get(path='/health')\nasync def h(): pass",
        "@app.route('/health', methods=['GET', 'HEAD'])\n@cached(5)\ndef h(): pass",
        "@app.route('/health', methods=METHODS)\ndef h(): pass",
        "app.add_api_route('/health', h)",
        "def setup():\n    app.add_api_route('/health', h)",
    ],
)
def test_routes_that_do(tmp_path: Path, route: str) -> None:
    assert healths(tmp_path, {"m.py": f"{FASTAPI}{route}\n"}) == [("/health", "m.app")]


def test_prefixes_of_routers_are_put_in_front(tmp_path: Path) -> None:
    texts = {
        "app/main.py": """\
            from fastapi import FastAPI
            from app.api import router
            from app.config import settings
            app = FastAPI()
            app.include_router(router, prefix=settings.API)
        """,
        "app/config.py": "class S(BaseSettings):\n    API: str = '/api/v1'\nsettings = S()\n",
        "app/api/__init__.py": """\
            from fastapi import APIRouter
            from . import health
            router = APIRouter()
            router.include_router(health.router, prefix="/utils")
        """,
        "app/api/health.py": """\
            from fastapi import APIRouter
            router = APIRouter(prefix="/deep")
            @router.get("/health/")
            def check(): pass
        """,
    }
    assert healths(tmp_path, texts) == [("/api/v1/utils/deep/health/", "app.main.app")]


@pytest.mark.parametrize(
    "include",
    [
        "app.include_router(r, prefix=unknown)",
        "app.include_router(r, dependencies=[Depends(auth)])",
        "",
        "app.include_router()",
        "app.include_router(unknown)",
        "r.include_router(r)",
        "app.mount('/x')",
    ],
)
def test_a_router_that_is_not_plainly_reachable_says_nothing(tmp_path: Path, include: str) -> None:
    text = f"{FASTAPI}r = APIRouter()\n@r.get('/health')\ndef h(): pass\n{include}\n"
    assert healths(tmp_path, {"m.py": text}) == []


def test_blueprints_take_the_later_prefix_instead_of_their_own(tmp_path: Path) -> None:
    text = f"""{FLASK}
a = Blueprint("a", __name__, url_prefix="/a")
b = Blueprint("b", __name__, url_prefix="/b")
@a.route("/health")
def one(): pass
@b.route("/ping")
def two(): pass
app.register_blueprint(a)
app.register_blueprint(blueprint=b, url_prefix="/other")
"""
    assert healths(tmp_path, {"m.py": text}) == [("/a/health", "m.app"), ("/other/ping", "m.app")]
    text = f"{FLASK}a = Blueprint('a', 'a')\n@a.route('/health')\ndef h(): pass\n"
    text += "app.register_blueprint(a, url_prefix=x)\n"
    assert healths(tmp_path, {"m.py": text}) == []


def test_routes_inside_a_factory_belong_to_it(tmp_path: Path) -> None:
    text = """\
from flask import Flask
from views import bp, wire
def create_app():
    app = Flask("x")
    @app.route("/ping")
    def ping(): pass
    app.register_blueprint(bp, url_prefix="/v")
    wire(app)
    return app
"""
    views = """\
from flask import Blueprint
bp = Blueprint("b", "b")
@bp.route("/health")
def h(): pass
def wire(app):
    app.add_url_rule("/livez", view_func=h)
"""
    found = healths(tmp_path, {"m.py": text, "views.py": views})
    assert found == [("/v/health", "m.create_app"), ("/livez", "m.create_app"), ("/ping", "m.create_app")]


def test_mounted_applications_answer_below_their_place(tmp_path: Path) -> None:
    text = f"{FASTAPI}api = FastAPI()\n@api.get('/health')\ndef h(): pass\napp.mount('/api', app=api)\n"
    assert healths(tmp_path, {"m.py": text}) == [("/health", "m.api"), ("/api/health", "m.app")]


def test_routes_in_a_list_belong_to_the_application_that_it_is_given(tmp_path: Path) -> None:
    text = """\
from starlette.applications import Starlette
from starlette.routing import Route
app = Starlette(routes=[Route("/healthz", h), Route(unknown, h), Route()])
"""
    assert healths(tmp_path, {"m.py": text}) == [("/healthz", "m.app")]


def test_the_most_telling_path_comes_first(tmp_path: Path) -> None:
    routes_ = "".join(
        f"@app.get('{path}')\ndef h(): pass\n" for path in ("/ping", "/api/health", "/health", "/status")
    )
    found = healths(tmp_path, {"m.py": FASTAPI + routes_})
    assert [path for path, _ in found] == ["/health", "/api/health", "/ping", "/status"]


def test_a_router_passed_on_by_a_package_is_followed(tmp_path: Path) -> None:
    texts = {
        "app/main.py": (
            "from fastapi import FastAPI\nfrom app.api import r\napp = FastAPI()\napp.include_router(r)\n"
        ),
        "app/api/__init__.py": "from .health import router as r\n",
        "app/api/health.py": (
            "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/health')\ndef h(): pass\n"
        ),
    }
    assert healths(tmp_path, texts) == [("/health", "app.main.app")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@app.head('/health')\ndef h(): pass", []),
        ("@app.get('/health')\ndef h(name: str): pass", []),
        ("@app.get('/health')\ndef h(key: str = Header(...)): pass", []),
        ("@app.get('/health')\ndef h(key: Annotated[str, Header()]): pass", []),
        ("@app.get('/health')\ndef h(deep: bool = False, key: str = Query(None)): pass", ["/health"]),
        ("@app.get('/health')\ndef h(request: Request, *, db: Session): pass", ["/health"]),
        (
            (
                "r = APIRouter(dependencies=[Depends(login)])\n@r.get('/health')\ndef h(): pass\n"
                "app.include_router(r)"
            ),
            [],
        ),
        (
            (
                "for r in (one, two):\n    app.include_router(r, prefix='/api')\n"
                "one = APIRouter()\ntwo = APIRouter()\n@two.get('/health')\ndef h(): pass"
            ),
            ["/api/health"],
        ),
        (
            (
                "class A:\n    def __init__(self):\n        self.app = FastAPI()\n"
                "        self.app.add_api_route('/health', self.h)"
            ),
            ["/health"],
        ),
        (
            (
                "class A:\n    def __init__(self):\n        self.app = FastAPI()\n"
                "        self.wire(self.app, '/x')\n"
                "    def wire(self, it, x):\n        it.add_api_route('/health', self.h)"
            ),
            ["/health"],
        ),
    ],
)
def test_fastapi(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert paths(tmp_path, {"m.py": f"{FASTAPI}{text}\n"}) == expected


def test_a_function_that_is_given_a_part_of_the_application_has_its_prefix(tmp_path: Path) -> None:
    texts = {
        "main.py": """\
            from fastapi import FastAPI
            import wiring
            def make():
                app = FastAPI()
                inner = FastAPI()
                wiring.wire(it=inner)
                app.mount("/v1", inner)
                return app
        """,
        "wiring.py": "def wire(it):\n    @it.get('/health')\n    def h(): pass\n",
    }
    found = healths(tmp_path, texts)
    assert ("/v1/health", "main.make") in found
    assert ("/health", "") not in found


def test_blueprints_within_blueprints(tmp_path: Path) -> None:
    text = f"""{FLASK}
outer = Blueprint("o", __name__, url_prefix="/o")
inner = Blueprint("i", __name__, url_prefix="/i")
class View(MethodView):
    def get(self): pass
class Posts(MethodView):
    def post(self): pass
inner.add_url_rule("/health", view_func=View.as_view("v"))
inner.add_url_rule("/ping", view_func=Posts.as_view("p"))
inner.add_url_rule("/up", "up", up, methods=["POST"])
outer.register_blueprint(inner)
app.register_blueprint(outer)
closed = Blueprint("c", __name__)
@closed.before_request
@login_required
def check(): pass
@closed.get("/livez")
def livez(): pass
app.register_blueprint(closed)
"""
    assert healths(tmp_path, {"m.py": text}) == [("/o/i/health", "m.app")]


def test_an_application_around_another_has_its_routes(tmp_path: Path) -> None:
    text = (
        f"{FASTAPI}import socketio\n@app.get('/health')\ndef h(): pass\nouter = socketio.ASGIApp(sio, app)\n"
    )
    assert healths(tmp_path, {"m.py": text}) == [("/health", "m.app"), ("/health", "m.outer")]
