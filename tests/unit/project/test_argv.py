"""Command lines of the frameworks that are served, each as its server wants it."""

from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.project import command
from bareboat.project.argv import plain, root_of
from folders import applied

SANIC = "from sanic import Sanic\napp = Sanic('x')\n"
RUN = "python -c from aiohttp import web; from m import {}; web.run_app({}, host='0.0.0.0', port=8000)"
GUNICORN = "gunicorn m:{} --bind 0.0.0.0:8000 --worker-tmp-dir /dev/shm --worker-class {}"
WORKER = "aiohttp.GunicornWebWorker"
AIOHTTP = "from aiohttp import web\napp = web.Application()\n"
FACTORY = "from aiohttp import web\nasync def create_app():\n    return web.Application()\n"
INI = "[app:main]\nuse = egg:shop\n[server:main]\nlisten = localhost:6543\n"


def argv(folder: Path, texts: dict[str, str], packages: set[str]) -> str:
    found = applied(folder, texts)
    candidate, _ = command.choose(found, packages=packages)
    return " ".join(command.make(candidate, found, packages=packages, is_installed=False).argv)


@pytest.mark.parametrize(
    ("text", "packages", "line"),
    [
        (SANIC, {"sanic", "uvicorn"}, "sanic m:app --host 0.0.0.0 --port 8000"),
        (
            "from sanic import Sanic\ndef create_app():\n    return Sanic('x')\n",
            {"sanic"},
            "sanic m:create_app --factory --host 0.0.0.0 --port 8000",
        ),
        (AIOHTTP, {"aiohttp"}, RUN.format("app", "app")),
        (FACTORY, {"aiohttp"}, RUN.format("create_app", "create_app()")),
        (FACTORY, {"aiohttp", "gunicorn"}, GUNICORN.format("create_app", WORKER)),
        (FACTORY.replace("async ", ""), {"aiohttp", "gunicorn"}, GUNICORN.format("create_app()", WORKER)),
    ],
)
def test_each_framework_by_its_server(tmp_path: Path, text: str, packages: set[str], line: str) -> None:
    assert argv(tmp_path, {"m.py": text}, packages) == f"/opt/venv/bin/{line}"


def test_paste_is_served_by_gunicorn_or_waitress(tmp_path: Path) -> None:
    texts = {"production.ini": INI, "x.py": ""}
    line = argv(tmp_path, texts, {"gunicorn", "pastedeploy"})
    assert line.startswith("/opt/venv/bin/gunicorn --paste production.ini --bind 0.0.0.0:6543")
    line = argv(tmp_path, texts, {"waitress"})
    assert line.endswith("production.ini 0.0.0.0:6543")
    assert "waitress.serve(loadapp(" in line
    with pytest.raises(InputError, match="no PASTE server") as caught:
        argv(tmp_path, texts, set())
    assert "add waitress" in caught.value.hint


def test_an_aiohttp_script_runs_itself(tmp_path: Path) -> None:
    text = f"{FACTORY}if __name__ == '__main__':\n    web.run_app(create_app(), port=9000)\n"
    found = applied(tmp_path, {"main.py": text})
    candidate, decision = command.choose(found, packages={"aiohttp", "gunicorn"})
    assert (candidate.target, candidate.port) == ("python -m main", 9000)
    assert decision.reason.startswith("an aiohttp server")


def test_the_folder_of_a_module_is_read_off_its_path(tmp_path: Path) -> None:
    found = applied(tmp_path, {"backend/shop/__init__.py": "", "backend/shop/web.py": "import shop\n"})
    assert root_of(found, "shop.web") == "backend"
    assert root_of(found, "nowhere") == ""


def test_a_worker_is_started_as_it_is_named(tmp_path: Path) -> None:
    found = applied(tmp_path, {"t.py": "from celery import Celery\napp = Celery('x')\n"})
    assert plain(found.workers[0], is_installed=False)[:3] == ("/opt/venv/bin/celery", "-A", "t:app")
