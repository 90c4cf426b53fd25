from pathlib import Path

import pytest

from bareboat.project import files, modules, pyramidroutes
from bareboat.project.routegraph import Graph
from bareboat.project.shapes import Shapes
from folders import ENVIRON, make

MAIN = """\
from pyramid.config import Configurator
from shop.routes import add
def main(global_config, **settings):
    with Configurator(settings=settings) as config:
        {}
        config.scan()
    return config.make_wsgi_app()
"""
VIEWS = """\
from pyramid.view import view_config
@view_config(route_name="health", renderer="json")
def health(request): return {}
@view_config(route_name="ping", request_method="POST")
def ping(request): return {}
@view_config(route_name="up", permission="view")
def up(request): return {}
@json_view(route_name="ready", permission=NO_PERMISSION_REQUIRED)
def ready(request): return {}
"""
ROUTES = """\
def includeme(config):
    config.add_route("health", "/health")
def add(config):
    config.add_route("ready", "ready")
def scoped(config):
    with config.route_prefix_context("x"):
        config.add_route("health", "/health")
"""


def test_a_configurator_that_a_function_gives_is_followed(tmp_path: Path) -> None:
    texts = {
        "shop/config.py": "import pyramid.config as it\ndef configure():\n    return it.Configurator()\n",
        "shop/app.py": """\
            from shop.config import configure
            def create_app(global_config, **settings):
                config = configure()
                config.include(__name__)
                return config.make_wsgi_app()
            def includeme(config):
                config.include("shop.routes", route_prefix="api")
        """,
        "shop/views.py": VIEWS,
        "shop/routes.py": ROUTES,
    }
    held = modules.read(files.read(make(tmp_path, texts), environ=ENVIRON))
    graph = Graph()
    pyramidroutes.read(held, Shapes(held), graph)
    assert {one.path for one in graph.routes} == {"/api/health"}


def test_of_two_applications_only_what_both_answer_counts(tmp_path: Path) -> None:
    texts = {
        "shop/__init__.py": MAIN.format("config.include('.routes')"),
        "shop/socket.py": MAIN.format("config.include('.routes'); add(config)"),
        "shop/views.py": VIEWS,
        "shop/routes.py": ROUTES,
    }
    held = modules.read(files.read(make(tmp_path, texts), environ=ENVIRON))
    graph = Graph()
    pyramidroutes.read(held, Shapes(held), graph)
    assert [one.path for one in graph.routes] == ["/health"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("config.add_route('health', '/health')", ["/health"]),
        ("config.add_route(name='health', pattern='health')", ["/health"]),
        ("config.add_route('health', '/health', request_method='POST')", []),
        ("config.add_route('health', pattern)", []),
        ("config.add_route('ping', '/ping')", []),
        ("config.add_route('up', '/up')", []),
        ("config.add_route('ready', '/ready')", ["/ready"]),
        ("config.add_route('x', '/live'); config.add_view(x, route_name='x')", ["/live"]),
        ("config.include('.routes')", ["/health"]),
        ("config.include('shop.routes', route_prefix='/api')", ["/api/health"]),
        ("config.include(add, route_prefix='api')", ["/api/ready"]),
        ("config.include('shop.routes.scoped')", []),
        ("config.include('.routes', route_prefix=prefix)", []),
        ("config.include('pyramid_jinja2')", []),
        ("add(config)", ["/ready"]),
    ],
)
def test_routes_with_a_view(tmp_path: Path, line: str, expected: list[str]) -> None:
    texts = {"shop/__init__.py": MAIN.format(line), "shop/views.py": VIEWS, "shop/routes.py": ROUTES}
    held = modules.read(files.read(make(tmp_path, texts), environ=ENVIRON))
    graph = Graph()
    pyramidroutes.read(held, Shapes(held), graph)
    assert [(one.path, one.framework) for one in graph.routes] == [(path, "pyramid") for path in expected]


def test_an_application_made_at_the_top_of_a_module(tmp_path: Path) -> None:
    text = MAIN.format("config.include('.routes')").replace("global_config, **settings", "settings=None")
    texts = {"shop/__init__.py": f"{text}app = main()\n", "shop/views.py": VIEWS, "shop/routes.py": ROUTES}
    held = modules.read(files.read(make(tmp_path, texts), environ=ENVIRON))
    graph = Graph()
    pyramidroutes.read(held, Shapes(held), graph)
    assert [one.path for one in graph.routes] == ["/health"]
