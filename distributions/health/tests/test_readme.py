"""What the README shows runs as it stands there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
import sqlalchemy
from starlette.applications import Starlette

from health_messages import ask

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README.read_text(), re.DOTALL)
PYTHON: list[str] = [text for kind, text in BLOCKS if kind == "python"]


def ran(text: str, **names: Any) -> dict[str, Any]:
    exec(compile(text, str(README), "exec"), names)  # noqa: S102  our own README
    return names


@pytest.fixture
def health(tmp_path: Path) -> Iterator[Any]:
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'base'}")
    first = PYTHON[0].replace('"/data"', repr(str(tmp_path)))
    yield ran(first, engine=engine, waiting=lambda: 3)["health"]
    engine.dispose()


def block(word: str) -> str:
    return next(text for text in PYTHON[1:] if word in text)


def test_the_checks(health: Any) -> None:
    document = health.report().document()
    assert document["status"] == "ok"
    assert document["checks"]["queue"]["detail"] == "3 waiting"


def test_the_answer_has_the_form_that_is_shown(health: Any) -> None:
    shown = json.loads(next(text for kind, text in BLOCKS if kind == "json"))
    real = health.report().document()
    assert shown.keys() == real.keys()
    assert shown["checks"]["database"].keys() == real["checks"]["database"].keys()


def test_starlette_flask_and_any_application(health: Any) -> None:
    app = ran(block("add_middleware"), app=Starlette(), health=health)["app"]
    assert ask(app, "/readyz")[0]["status"] == 200
    wrapped = ran(block('ready="/healthz"'), app=Starlette(), health=health)["app"]
    assert json.loads(ask(wrapped, "/healthz")[1]["body"])["checks"]["disk"]["status"] == "ok"
    shop = flask.Flask("shop")
    ran(block("app.wsgi_app"), app=shop, health=health)
    assert shop.test_client().get("/readyz").status_code == 200


def test_django(health: Any) -> None:
    assert callable(ran(block("django.database"), application=None)["application"])
    patterns = ran(block("urlpatterns"), health=health)["urlpatterns"]
    assert [str(one.pattern) for one in patterns] == ["readyz", "livez"]
