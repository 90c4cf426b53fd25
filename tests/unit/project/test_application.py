from pathlib import Path
from typing import Any

import pytest

from bareboat.project import application, files
from bareboat.project.fact import Fact
from bareboat.project.frameworks import Kind
from folders import ENVIRON, applied, make

APP = "from fastapi import FastAPI\napp = FastAPI()\n"


def targets(folder: Path, texts: dict[str, str], **how: Any) -> list[str]:
    found = application.read(files.read(make(folder, texts), environ=ENVIRON), **how)
    return [candidate.target for candidate in found.candidates]


def test_an_empty_folder_offers_nothing(tmp_path: Path) -> None:
    assert targets(tmp_path, {"lib.py": "x = 1"}) == []


def test_candidates_tell_all_that_a_server_needs(tmp_path: Path) -> None:
    text = "from flask import Flask\ndef create_app(config=None):\n    return Flask('x')\n"
    found = applied(tmp_path, {"src/shop/web.py": text}).candidates[0]
    assert (found.kind, found.framework, found.module, found.attribute) == (
        Kind.WSGI,
        "flask",
        "shop.web",
        "create_app",
    )
    assert (found.is_factory, found.root, found.where) == (True, "src", "src/shop/web.py:2")
    assert found.target == "shop.web:create_app()"


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("main.py", "app.py"),
        ("app.py", "server.py"),
        ("app/main.py", "app/other.py"),
        ("main.py", "worker/main.py"),
        ("asgi.py", "odd.py"),
        ("app/__init__.py", "app/odd.py"),
    ],
)
def test_the_usual_place_comes_first(tmp_path: Path, better: str, worse: str) -> None:
    found = applied(tmp_path, {better: APP, worse: APP}).candidates
    assert [candidate.path for candidate in found] == [better, worse]
    assert found[0].rank < found[1].rank


@pytest.mark.parametrize(
    ("text", "order"),
    [
        (APP + "api = FastAPI()\n", ["main:app", "main:api"]),
        (APP + "def create_app():\n    return FastAPI()\n", ["main:app", "main:create_app()"]),
        (APP + "outer = FastAPI()\nouter.mount('/a', app)\n", ["main:outer", "main:app"]),
        (APP + "async def plain(scope, receive, send): pass\n", ["main:app", "main:plain"]),
        (APP + "def build(config):\n    return FastAPI()\n", ["main:app"]),
        (APP + "def build(*, config):\n    return FastAPI()\n", ["main:app"]),
        (APP + "def build(*, config=1):\n    return FastAPI()\n", ["main:app", "main:build()"]),
    ],
)
def test_the_order_inside_one_file(tmp_path: Path, text: str, order: list[str]) -> None:
    assert targets(tmp_path, {"main.py": text}) == order


def test_a_package_of_the_projects_name_is_a_usual_place(tmp_path: Path) -> None:
    texts = {"shop/main.py": APP, "other/main.py": APP}
    assert targets(tmp_path, texts, name="shop") == ["shop.main:app", "other.main:app"]
    named = applied(tmp_path, texts, name="shop").candidates
    assert named[0].rank < named[1].rank


def test_tests_and_examples_count_only_where_nothing_else_does(tmp_path: Path) -> None:
    texts = {"examples/demo.py": APP, "tests/test_x.py": APP}
    assert targets(tmp_path, texts) == ["examples.demo:app", "tests.test_x:app"]
    assert targets(tmp_path, {**texts, "odd.py": APP}) == ["odd:app"]


def test_what_others_start_comes_first(tmp_path: Path) -> None:
    texts = {"main.py": APP, "deep/odd.py": APP, "run.py": "import uvicorn\nuvicorn.run('deep.odd:app')\n"}
    found = applied(tmp_path, texts).candidates
    assert found[0].target == "deep.odd:app"
    assert found[0].because == "named by run.py:2"
    told = [Fact("main:app", "Procfile:1"), Fact("none:app", "x")]
    assert targets(tmp_path / "b", {"main.py": APP, "app.py": APP}, named=told)[0] == "main:app"


def test_a_name_imported_to_be_started_is_a_candidate(tmp_path: Path) -> None:
    texts = {
        "shop/core.py": APP,
        "wsgi.py": "from shop.core import app\n",
        "lib.py": "from shop.core import app\n",
    }
    found = applied(tmp_path, texts).candidates
    assert [candidate.target for candidate in found] == ["wsgi:app", "shop.core:app"]
    assert {candidate.origin for candidate in found} == {"shop.core.app"}
    assert found[0].where == "shop/core.py:2"


def test_an_imported_factory_is_no_second_candidate(tmp_path: Path) -> None:
    texts = {
        "shop/core.py": "from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\n",
        "main.py": "from shop.core import create_app\n",
    }
    assert targets(tmp_path, texts) == ["shop.core:create_app()"]
    told = [Fact("main:create_app", "Procfile:1")]
    assert targets(tmp_path, texts, named=told)[0] == "main:create_app()"


def test_console_scripts_and_modules_come_after_a_usual_web_application(tmp_path: Path) -> None:
    scripts = [
        ("shop", "shop.cli:main", "pyproject.toml:5"),
        ("other", "shop.cli:other [x]", "pyproject.toml:6"),
    ]
    texts = {
        "shop/main.py": APP,
        "shop/__main__.py": "",
        "shop/cli.py": "if __name__ == '__main__':\n    main()\n",
    }
    assert targets(tmp_path, texts, name="shop", scripts=scripts) == [
        "shop.main:app",
        "shop.cli:main",
        "shop.cli:other",
        "python -m shop",
        "python -m shop.cli",
    ]


def test_the_projects_own_script_comes_before_a_web_application_in_an_odd_place(tmp_path: Path) -> None:
    scripts = [("shop", "shop.cli:main", "pyproject.toml:5")]
    assert targets(tmp_path, {"shop/deep/http.py": APP}, name="shop", scripts=scripts)[0] == "shop.cli:main"
    assert (
        targets(tmp_path, {"shop/deep/http.py": APP}, name="other", scripts=scripts)[0]
        == "shop.deep.http:app"
    )


def test_what_python_could_run_is_offered_last(tmp_path: Path) -> None:
    guard = "if 1 == 1:\n    pass\nif __name__ == '__main__':\n    pass\n"
    texts = {
        "main.py": guard,
        "setup.py": guard,
        "conftest.py": guard,
        "my-tool.py": guard,
        "other.py": "if __name__ == '__test__': pass",
        "shop/__main__.py": "",
    }
    assert targets(tmp_path, texts) == ["python -m shop", "python -m main", "python -m my-tool"]
    assert targets(tmp_path, texts, name="main")[0] == "python -m main"


def test_modules_that_cannot_be_imported_are_no_candidates(tmp_path: Path) -> None:
    assert targets(tmp_path, {"{{name}}/app.py": APP, "my-app.py": APP}) == []


def test_the_rest_of_what_the_trees_say_is_kept(tmp_path: Path) -> None:
    text = APP + "import os\nos.environ['X']\n@app.get('/health')\ndef h(): pass\n"
    found = applied(tmp_path, {"main.py": text, "bad.py": "def (:"})
    assert [variable.name for variable in found.variables] == ["X"]
    assert [health.path for health in found.healths] == ["/health"]
    assert found.unread[0].where == "bad.py:1"
    assert found.modules["main"] == "main.py"
