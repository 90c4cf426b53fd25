from pathlib import Path

import pytest

from bareboat.project import files, modules
from bareboat.project.shapes import Shape, Shapes, functions
from folders import ENVIRON, make


def shapes(folder: Path, texts: dict[str, str]) -> Shapes:
    return Shapes(modules.read(files.read(make(folder, texts), environ=ENVIRON)))


def found(folder: Path, text: str, name: str) -> Shape:
    shape = shapes(folder, {"m.py": text}).find(f"m.{name}")
    assert shape is not None
    return shape


PYRAMID = "from pyramid.config import Configurator\n"


@pytest.mark.parametrize(
    ("text", "framework"),
    [
        ("import fastapi\napp = fastapi.FastAPI()", "fastapi"),
        ("import fastapi as f; app = f.FastAPI()", "fastapi"),
        ("from fastapi import FastAPI as F\napp: F = F(title='x')", "fastapi"),
        ("from starlette.applications import Starlette\napp = Starlette()", "starlette"),
        ("from flask import Flask\napp = other = Flask(__name__)", "flask"),
        ("import falcon.asgi\napp = falcon.asgi.App()", "falcon"),
        ("from django.core.wsgi import get_wsgi_application\napp = get_wsgi_application()", "django"),
        ("from fastapi import FastAPI\nclass My(FastAPI): pass\napp = My()", "fastapi"),
        ("from fastapi import FastAPI\nif x:\n    app = FastAPI()", "fastapi"),
        ("import dash\nd = dash.Dash()\napp = d.server", "flask"),
        ("from fastmcp import FastMCP\nm = FastMCP('x')\napp = m.http_app(path='/m')", "fastmcp"),
        (
            PYRAMID + "def main():\n    c = Configurator()\n    return c.make_wsgi_app()\napp = main()",
            "pyramid",
        ),
        (
            PYRAMID + "def main():\n  with Configurator() as c:\n    return c.make_wsgi_app()\napp = main()",
            "pyramid",
        ),
        (PYRAMID + "with Configurator() as c:\n    app = c.make_wsgi_app()", "pyramid"),
        (
            "from dash import Dash\ndef make():\n  d = Dash()\n  s = d.server\n  return s\napp = make()",
            "flask",
        ),
        ("from fastapi import FastAPI\nbase = FastAPI()\napp = base", "fastapi"),
        ("from fastapi import FastAPI\napp = FastAPI()\napp = wrap(app)", "fastapi"),
        ("from fastapi import FastAPI\nx = FastAPI()\napp = CORSMiddleware(app=x)", "fastapi"),
        ("from flask import Flask\nx = Flask('x')\napp = werkzeug.ProxyFix(x)", "flask"),
        ("async def app(scope, receive, send): pass", ""),
        ("class A:\n    async def __call__(self, scope, receive, send): pass\napp = A()", ""),
        ("def app(environ, start_response): return []", ""),
        ("import asyncio\nfrom quart import Quart\nasync def m():\n    pass\napp = Quart('x')", "quart"),
    ],
)
def test_applications_are_recognised(tmp_path: Path, text: str, framework: str) -> None:
    shape = found(tmp_path, text, "app")
    assert shape.role == "app"
    assert shape.framework is not None
    assert shape.framework.name == framework


@pytest.mark.parametrize(
    "text",
    [
        "from fastapi import FastAPI\ndef make():\n    return FastAPI()",
        "from fastapi import FastAPI\ndef make():\n    app = FastAPI()\n    app = app\n    return app",
        "from fastapi import FastAPI\ndef make() -> FastAPI:\n    return build(1)",
        "from fastapi import FastAPI\ndef inner():\n    return FastAPI()\ndef make():\n    return inner()",
        "from fastapi import FastAPI as F\ndef make():\n    x: F = F()\n    return x",
    ],
)
def test_factories_are_recognised(tmp_path: Path, text: str) -> None:
    shape = found(tmp_path, text, "make")
    assert shape.role == "factory"
    assert shape.framework is not None
    assert shape.framework.name == "fastapi"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from fastapi import FastAPI\nasync def make():\n    return FastAPI()", "make"),
        ("from fastapi import FastAPI\ndef make():\n    yield FastAPI()", "make"),
        ("from fastapi.testclient import TestClient\nfrom m2 import x\nc = TestClient(x)", "c"),
        ("from flask import Flask\nfrom x import SQLAlchemy\napp = Flask('x')\ndb = SQLAlchemy(app)", "db"),
        ("def app(environ, start_response, *more): pass", "app"),
        ("async def app(scope, receive): pass", "app"),
        ("def make():\n    return 5", "make"),
        ("a = b\nb = a", "a"),
        ("app = unknown()", "app"),
        ("app = [1]", "app"),
        ("app = await_(await x())", "app"),
        ("app = f()()", "app"),
        ("import fastapi\napp = fastapi.FastAPI.something", "app"),
        ("from fastapi import FastAPI\nx = FastAPI()\napp = x.state", "app"),
        ("class A: pass\na = A()\napp = a.made", "app"),
        ("class A:\n    made = other()\na = A()\napp = a.made", "app"),
        ("from fastmcp import FastMCP\nm = FastMCP()\napp = m.unknown()", "app"),
        ("from fastapi import APIRouter\ndef make() -> APIRouter:\n    return build()", "make"),
        ("from fastapi import APIRouter\nr = APIRouter()\napp = r()", "app"),
        ("from fastapi import FastAPI\nholder.app, other = FastAPI(), 1", "app"),
        ("def make():\n    x = unknown()\n    self.y = x\n    return x", "make"),
    ],
)
def test_other_things_are_not(tmp_path: Path, text: str, name: str) -> None:
    shape = shapes(tmp_path, {"m.py": text}).find(f"m.{name}")
    assert shape is None or shape.role not in {"app", "factory"}


def test_names_are_followed_from_file_to_file(tmp_path: Path) -> None:
    held = shapes(
        tmp_path,
        {
            "pkg/__init__.py": "from .core import *",
            "pkg/core.py": "from .made import app as renamed\napp = renamed",
            "pkg/made.py": "from fastapi import FastAPI\napp = FastAPI()",
            "wsgi.py": "from pkg import app",
        },
    )
    for name in ("pkg.app", "pkg.core.app", "wsgi.app"):
        shape = held.find(name)
        assert shape is not None
        assert shape.origin == "pkg.made.app"


def test_a_circle_of_imports_ends(tmp_path: Path) -> None:
    held = shapes(tmp_path, {"a.py": "from b import x", "b.py": "from a import x"})
    assert held.find("a.x") is None
    long = {f"m{n}.py": f"from m{n + 1} import x" for n in range(40)}
    assert shapes(tmp_path / "long", long).find("m0.x") is None


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'/a'", "/a"),
        ("PREFIX", "/api"),
        ("f'{PREFIX}/v{1}'", "/api/v1"),
        ("PREFIX + '/x'", "/api/x"),
        ("settings.PATH", "/set"),
        ("Settings.FIELD", "/field"),
        ("8000", "8000"),
        ("True", None),
        ("f'{unknown}'", None),
        ("PREFIX + unknown", None),
        ("settings.EMPTY", None),
        ("settings.NONE", None),
        ("PREFIX * 2", None),
        ("app", None),
    ],
)
def test_literal_text_is_put_together(tmp_path: Path, expression: str, value: str | None) -> None:
    text = f"""
from fastapi import FastAPI
app = FastAPI()
PREFIX = "/api"
class Settings(BaseSettings):
    PATH: str = "/set"
    FIELD: str = Field(default="/field")
    EMPTY: str = Field()
settings = Settings()
X = {expression}
"""
    shape = shapes(tmp_path, {"m.py": text}).find("m.X")
    held = shape.text if shape is not None and shape.role == "text" else None
    assert held == value


def test_prefixes_of_routers(tmp_path: Path) -> None:
    text = """\
from fastapi import APIRouter
a = APIRouter(prefix="/a")
b = APIRouter()
c = APIRouter(**options)
d = APIRouter(prefix=unknown)
class Mine(APIRouter): pass
e = Mine(prefix="/e")
"""
    held = shapes(tmp_path, {"m.py": text})
    texts = {}
    for name in "abcde":
        shape = held.find(f"m.{name}")
        assert shape is not None
        assert shape.role == "router"
        texts[name] = shape.text
    assert texts == {"a": "/a", "b": "", "c": None, "d": None, "e": "/e"}


def test_functions_are_found_at_any_depth(tmp_path: Path) -> None:
    held = shapes(tmp_path, {"m.py": "class A:\n    def b(self):\n        async def c(): pass\n"})
    assert [one.name for module in held.modules for one in functions(module)] == ["b", "c"]
