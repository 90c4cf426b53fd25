from pathlib import Path
from typing import Any

import pytest

from bareboat.errors import InputError
from bareboat.project import command
from bareboat.project.application import Application, Candidate
from bareboat.project.fact import Fact
from bareboat.project.frameworks import Kind
from folders import applied, chosen

APP = "from fastapi import FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Flask\napp = Flask('x')\n"
SCRIPT = Candidate(
    Kind.SCRIPT, "", "shop.cli", "main", "pyproject.toml:5", path="shop", origin="shop.cli:main"
)


def test_the_only_candidate_is_chosen_with_its_reason(tmp_path: Path) -> None:
    candidate, decision = command.choose(applied(tmp_path, {"main.py": APP}))
    assert candidate.target == "main:app"
    assert decision == command.Decision(
        "start", "main:app", "a fastapi application, the only candidate", "main.py:2"
    )


def test_the_best_of_several_is_chosen(tmp_path: Path) -> None:
    assert chosen(tmp_path, {"main.py": APP, "worker.py": APP}) == "main:app"
    _, decision = command.choose(applied(tmp_path, {}))
    assert decision.reason == "a fastapi application, the best of 2"


def test_reasons_are_in_words(tmp_path: Path) -> None:
    make = "from flask import Flask\ndef create_app():\n    return Flask('x')\n"
    assert command.choose(applied(tmp_path / "a", {"m.py": make}))[1].reason.startswith("a flask factory")
    raw = "def app(environ, start_response): pass"
    assert command.choose(applied(tmp_path / "b", {"m.py": raw}))[1].reason.startswith("a WSGI application")
    guard = "if __name__ == '__main__': pass"
    assert command.choose(applied(tmp_path / "c", {"m.py": guard}))[1].reason.startswith("a module that runs")
    assert command.choose(Application((SCRIPT,)))[1].reason.startswith("a console script")
    run = f"{APP}import uvicorn\nuvicorn.run(app)\n"
    assert command.choose(applied(tmp_path / "d", {"m.py": run}))[1].reason == "named by m.py:4"


def test_nothing_found_is_refused_with_the_line_to_write(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^nothing to start was found$") as caught:
        command.choose(applied(tmp_path, {"lib.py": "x = 1"}))
    assert "[tool.bareboat] app =" in caught.value.hint
    with pytest.raises(InputError, match=r"bad\.py:1 cannot be read"):
        command.choose(applied(tmp_path, {"bad.py": "("}))


def test_two_equal_candidates_are_refused_and_listed(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        chosen(tmp_path, {"one/main.py": APP, "two/main.py": APP})
    assert "one.main:app (one/main.py:2), two.main:app (two/main.py:2)" in str(caught.value)
    assert caught.value.hint == 'choose one in pyproject.toml: [tool.bareboat] app = "one.main:app"'


def test_the_same_application_under_two_names_is_one(tmp_path: Path) -> None:
    assert chosen(tmp_path, {"shop/main.py": APP, "asgi.py": "from shop.main import app"}) == "asgi:app"


@pytest.mark.parametrize(
    ("packages", "target"),
    [
        ({"gunicorn"}, "site.wsgi:application"),
        ({"uvicorn"}, "site.asgi:application"),
        (set(), "site.asgi:application"),
    ],
)
def test_the_lock_decides_between_the_two_sides_of_django(
    tmp_path: Path, packages: set[str], target: str
) -> None:
    texts = {
        f"site/{side}.py": f"from django.core import {side}\napplication = {side}.get_{side}_application()"
        for side in ("asgi", "wsgi")
    }
    assert command.choose(applied(tmp_path, texts), packages=packages)[0].target == target


@pytest.mark.parametrize(
    ("app", "target"),
    [
        ("worker:app", "worker:app"),
        ("worker:make()", "worker:make()"),
        ("worker:make", "worker:make()"),
        ("python -m worker", "python -m worker"),
        ("python -m tool", "python -m tool"),
    ],
)
def test_the_setting_decides(tmp_path: Path, app: str, target: str) -> None:
    texts = {"main.py": APP, "worker.py": f"{APP}def make():\n    return FastAPI()\n", "tool/__main__.py": ""}
    candidate, decision = command.choose(applied(tmp_path, texts), app=app, where="w")
    assert candidate.target == target
    assert (decision.reason, decision.where) == ("named by the app setting", "w")


def test_a_script_is_named_by_its_name() -> None:
    assert command.choose(Application((SCRIPT,)), app="shop")[0] is not None
    assert command.choose(Application((SCRIPT,)), app="shop.cli:main")[0].path == "shop"


@pytest.mark.parametrize("app", ["nonsense", "a b:c", "main:x-y"])
def test_a_setting_that_says_nothing_is_refused(tmp_path: Path, app: str) -> None:
    with pytest.raises(InputError, match="neither module:attribute") as caught:
        command.choose(applied(tmp_path, {"main.py": APP}), app=app)
    assert caught.value.hint == "candidates here: main:app"


def test_a_setting_that_names_no_application_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot tell ASGI from WSGI"):
        command.choose(applied(tmp_path, {"main.py": APP}), app="main:other")


def made(folder: Path, texts: dict[str, str], packages: set[str], **how: Any) -> command.Command:
    found = applied(folder, texts)
    candidate, _ = command.choose(found)
    how = {"is_installed": False, **how}
    return command.make(candidate, found, packages=packages, **how)


def test_a_server_of_the_lock_starts_the_application(tmp_path: Path) -> None:
    held = made(tmp_path, {"main.py": APP}, {"uvicorn", "granian"})
    assert held.argv[:2] == ("/opt/venv/bin/uvicorn", "main:app")
    assert (held.server, held.port, held.health, held.path) == ("uvicorn", 8000, None, "/app")
    reasons = {decision.subject: decision.reason for decision in held.decisions}
    assert reasons["server"] == "in the lock, speaks ASGI; before granian"
    assert reasons["port"] == "nothing names one"
    assert reasons["health"].startswith("no health route")


def test_an_existing_start_command_chooses_the_server(tmp_path: Path) -> None:
    commands = [Fact("sh -c x", "Dockerfile:1"), Fact("/venv/bin/gunicorn -k x main:app", "Procfile:1")]
    held = made(tmp_path, {"main.py": APP}, {"uvicorn", "gunicorn"}, commands=commands)
    assert held.server == "gunicorn"
    assert held.decisions[0].where == "Procfile:1"


@pytest.mark.parametrize(("text", "name"), [(APP, "uvicorn"), (FLASK, "gunicorn")])
def test_no_server_is_refused_with_the_package_to_add(tmp_path: Path, text: str, name: str) -> None:
    with pytest.raises(InputError, match="server among the locked packages to serve main:app") as caught:
        made(tmp_path, {"main.py": text}, {"fastapi"})
    assert caught.value.hint.startswith(f"add {name} to the dependencies")


def test_gunicorn_alone_does_not_serve_asgi(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no ASGI server"):
        made(tmp_path, {"main.py": APP}, {"gunicorn"})


def test_a_factory_needs_a_server_that_calls_it(tmp_path: Path) -> None:
    text = "from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\n"
    with pytest.raises(InputError, match="no ASGI server"):
        made(tmp_path, {"main.py": text}, {"daphne"})
    assert made(tmp_path, {}, {"uvicorn"}).argv[1] == "--factory"


def test_code_that_is_installed_needs_no_path(tmp_path: Path) -> None:
    assert made(tmp_path, {"src/shop/main.py": APP}, {"uvicorn"}).path == "/app/src"
    assert made(tmp_path, {}, {"uvicorn"}, is_installed=True).path == ""


@pytest.mark.parametrize(
    ("extra", "how", "port", "reason"),
    [
        ("", {"port": Fact(80, "s")}, 80, "the port setting"),
        (
            "import uvicorn\nuvicorn.run(app, port=8001)\n",
            {"exposed": [Fact(9, "D")]},
            8001,
            "the code listens there",
        ),
        ("import os\nos.getenv('PORT', '8002')\n", {}, 8002, "the default of PORT"),
        ("import os\nos.getenv('PORT')\n", {"exposed": [Fact(8003, "D")]}, 8003, "exposed there"),
        ("", {"exposed": [Fact(80, "D")]}, 8000, "80 is for root alone"),
        ("import uvicorn\nuvicorn.run(app, port=81)\n", {}, 8000, "81 is for root alone"),
    ],
)
def test_where_the_port_comes_from(
    tmp_path: Path, extra: str, how: dict[str, Any], port: int, reason: str
) -> None:
    held = made(tmp_path, {"main.py": APP + extra}, {"uvicorn"}, **how)
    assert held.port == port
    assert held.decisions[1].reason == reason


def test_the_health_path_is_of_the_application_that_starts(tmp_path: Path) -> None:
    text = f"{APP}other = FastAPI()\n@other.get('/health')\ndef h(): pass\n@app.get('/ping')\ndef p(): pass\n"
    held = made(tmp_path, {"main.py": text}, {"uvicorn"})
    assert held.health is not None
    assert (held.health.path, held.health.where) == ("/ping", "main.py:6")
    held = made(tmp_path, {}, {"uvicorn"}, health=Fact("/own", "s"))
    assert held.health is not None
    assert held.health.path == "/own"
    with pytest.raises(InputError, match="does not begin with '/'"):
        made(tmp_path, {}, {"uvicorn"}, health=Fact("own", "s"))


def test_a_script_runs_by_itself() -> None:
    held = command.make(SCRIPT, Application(), packages=(), is_installed=True)
    assert held.argv == ("/opt/venv/bin/shop",)
    assert (held.port, held.health, held.decisions) == (None, None, ())
    loose = command.make(
        SCRIPT, Application(modules={"shop.cli": "src/shop/cli.py"}), packages=(), is_installed=False
    )
    assert loose.argv == (
        "/opt/venv/bin/python",
        "-c",
        "import sys; from shop.cli import main; sys.exit(main())",
    )
    assert loose.path == "/app/src"


def test_a_module_runs_with_the_port_that_it_listens_on(tmp_path: Path) -> None:
    text = "from aiohttp import web\nif __name__ == '__main__':\n    web.run_app(make(), port=80)\n"
    held = made(tmp_path, {"main.py": text}, set())
    assert held.argv == ("/opt/venv/bin/python", "-m", "main")
    assert held.port == 80
    assert [decision.subject for decision in held.decisions] == ["port", "health"]


def test_versions_of_the_lock_reach_the_server(tmp_path: Path) -> None:
    found = applied(tmp_path, {"main.py": FLASK})
    candidate, _ = command.choose(found)
    held = command.make(candidate, found, packages={"gunicorn": "27.0"}, is_installed=False)
    assert "--no-control-socket" in held.argv
