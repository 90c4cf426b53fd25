"""How an application starts, from its code and the settings that overrule it."""

from collections.abc import Collection
from pathlib import Path

import pytest

import folders
from bareboat.build import starting
from bareboat.build.starting import carried, check
from bareboat.errors import InputError
from bareboat.plan.make import Start
from bareboat.plan.settings import Settings
from bareboat.project.decision import Decision
from bareboat.project.listening import ANY
from bareboat.project.project import Project

ASGI = """
from fastapi import FastAPI
app = FastAPI()
@app.get("/health")
def health(): ...
"""
PACKAGE = """
[build-system]
requires = []
build-backend = "own"
[project]
name = "report"
version = "1"
[project.scripts]
report = "report:main"
"""
LOCKED = {"fastapi": "0.128", "uvicorn": "0.40"}


def start(
    project: Project, settings: Settings, packages: Collection[str], modules: Collection[str]
) -> tuple[Start, tuple[Decision, ...]]:
    found = starting.start(project, settings, packages, modules)
    return found.start, found.decisions


def web(folder: Path) -> Project:
    texts = {"main.py": ASGI, "requirements.txt": "fastapi\nuvicorn\n", "data.csv": "1\n"}
    return folders.project(folder, texts)


def script(folder: Path) -> Project:
    return folders.project(folder, {"pyproject.toml": PACKAGE, "report/__init__.py": "def main(): ...\n"})


def test_a_web_application_is_served(tmp_path: Path) -> None:
    found, decisions = start(web(tmp_path), Settings(), LOCKED, ())
    assert found.argv[:2] == ("/opt/venv/bin/uvicorn", "main:app")
    assert (found.port, found.health, found.path, found.fixed) == (8000, "/health", "/app", False)
    assert [one.subject for one in decisions] == ["start", "server", "port", "health", "command"]
    assert all(one.reason for one in decisions)


def test_a_console_script_is_the_entrypoint(tmp_path: Path) -> None:
    found, decisions = start(script(tmp_path), Settings(), {}, ("report",))
    assert (found.argv, found.port, found.fixed, found.path) == (("/opt/venv/bin/report",), None, True, "")
    assert "added to it" in decisions[-1].reason


@pytest.mark.parametrize("health", ["tcp", "none", "/alive"])
def test_health_is_what_the_setting_says(tmp_path: Path, health: str) -> None:
    found, decisions = start(web(tmp_path), Settings(health=health, port=9000), LOCKED, ())
    assert (found.health, found.port) == (health, 9000)
    told = [one.value for one in decisions if one.subject == "health"]
    assert told == [health]


def test_a_command_replaces_everything_detected(tmp_path: Path) -> None:
    settings = Settings(command=("python", "-m", "shop", "a b"), port=9000)
    found, decisions = start(web(tmp_path), settings, {}, ())
    assert (found.argv, found.port, found.health) == (("python", "-m", "shop", "a b"), 9000, "tcp")
    assert found.path == "/app"
    assert decisions[0].value == "python -m shop 'a b'"


def test_a_command_of_an_installed_project_needs_no_path(tmp_path: Path) -> None:
    found, _ = start(script(tmp_path), Settings(command=("report", "--all")), {}, ("report",))
    assert (found.path, found.port) == ("", None)


def test_a_command_without_a_port_cannot_have_a_health_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="health needs a port"):
        start(web(tmp_path), Settings(command=("x",), health="/health"), {}, ())
    found, _ = start(web(tmp_path), Settings(command=("x",), health="none"), {}, ())
    assert found.health == "none"


def test_a_server_that_is_not_locked_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="server"):
        start(web(tmp_path), Settings(), {"fastapi": "0.128"}, ())


def test_an_extra_that_has_a_server_is_named(tmp_path: Path) -> None:
    project = folders.project(
        tmp_path,
        {
            "main.py": ASGI,
            "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi"]\n'
            '[project.optional-dependencies]\ndocs = ["sphinx"]\nserve = ["uvicorn[standard]"]\n',
        },
    )
    with pytest.raises(InputError) as caught:
        start(project, Settings(), {"fastapi": "0.128"}, ())
    assert "--extra serve" in caught.value.hint


def test_nothing_to_start_is_found_before_any_work(tmp_path: Path) -> None:
    project = folders.project(tmp_path, {"lib.py": "x = 1\n", "requirements.txt": "fastapi\n"})
    with pytest.raises(InputError, match="nothing to start"):
        check(project, Settings())
    check(project, Settings(command=("python",)))


def test_two_candidates_are_listed(tmp_path: Path) -> None:
    texts = {"one.py": ASGI, "two.py": ASGI, "requirements.txt": "fastapi\n"}
    with pytest.raises(InputError) as caught:
        check(folders.project(tmp_path, texts), Settings())
    assert "one:app" in str(caught.value)
    assert "two:app" in str(caught.value)
    assert "[tool.bareboat] app" in caught.value.hint
    check(folders.project(tmp_path, texts), Settings(app="two:app"))


def test_files_are_carried_where_nothing_installs_them(tmp_path: Path) -> None:
    project = web(tmp_path)
    found, _ = start(project, Settings(), LOCKED, ())
    assert {"main.py", "data.csv"} <= {one.path for one in carried(project, found, has_wheel=False)}


def test_an_installed_project_carries_only_what_is_named(tmp_path: Path) -> None:
    texts = {"pyproject.toml": PACKAGE, "report/__init__.py": "def main(): ...\n"}
    texts |= {"rates.csv": "1\n", "b.csv": ""}
    project = folders.project(tmp_path, texts)
    found, _ = start(project, Settings(), {}, ("report",))
    assert carried(project, found, has_wheel=True) == ()
    named, _ = start(project, Settings(command=("report", "rates.csv")), {}, ("report",))
    assert [one.path for one in carried(project, named, has_wheel=True)] == ["rates.csv"]


def test_steps_and_further_commands_are_told_and_kept(tmp_path: Path) -> None:
    settings = Settings(
        before_start=(("alembic", "upgrade", "head"),), commands={"worker": ("celery", "-A", "data.csv")}
    )
    found, decisions = start(web(tmp_path), settings, LOCKED, ())
    assert found.before == (("alembic", "upgrade", "head"),)
    assert found.commands == (("worker", ("celery", "-A", "data.csv")),)
    told = {one.subject: one.value for one in decisions}
    assert told["before start"] == "alembic upgrade head"
    assert told["command worker"] == "celery -A data.csv"
    assert found.words[-len(found.argv) :] == found.argv
    assert found.words[:4] == ("/opt/venv/bin/python", "-I", "-S", "-c")


def test_web_of_the_commands_is_the_default(tmp_path: Path) -> None:
    settings = Settings(commands={"web": ("python", "main.py"), "job": ("python", "-m", "main")})
    found, decisions = start(web(tmp_path), settings, {}, ())
    assert (found.argv, found.fixed) == (("python", "main.py"), False)
    assert found.commands == (("job", ("python", "-m", "main")),)
    assert decisions[0].reason == "web of the commands setting"


def test_with_further_commands_nothing_is_an_entrypoint(tmp_path: Path) -> None:
    found, _ = start(script(tmp_path), Settings(commands={"again": ("report",)}), {}, ("report",))
    assert not found.fixed


def test_files_that_steps_and_further_commands_name_go_along(tmp_path: Path) -> None:
    texts = {"pyproject.toml": PACKAGE, "report/__init__.py": "def main(): ...\n", "a.ini": "", "b.ini": ""}
    project = folders.project(tmp_path, texts)
    settings = Settings(before_start=(("x", "a.ini"),), commands={"more": ("y", "b.ini")})
    found, _ = start(project, settings, {}, ("report",))
    assert [one.path for one in carried(project, found, has_wheel=True)] == ["a.ini", "b.ini"]


def test_a_procfile_comes_before_a_dockerfile_and_both_before_the_code(tmp_path: Path) -> None:
    texts = {
        "main.py": ASGI,
        "requirements.txt": "",
        "Procfile": "web: gunicorn -k uvicorn_worker.UvicornWorker main:app\nworker: python main.py\n",
        "Dockerfile": "FROM x\nCMD uvicorn main:app --workers 2\n",
    }
    project = folders.project(tmp_path, texts)
    found = starting.start(project, Settings(), {"gunicorn": "25.1", "uvicorn": "1"}, ())
    assert found.start.argv[:2] == ("/opt/venv/bin/gunicorn", "-k")
    assert dict(found.start.commands)["worker"] == ("/opt/venv/bin/python", "main.py")
    assert not found.start.fixed
    found = starting.start(project, Settings(), {"uvicorn": "1"}, ())
    assert (
        " ".join(found.start.argv) == f"/opt/venv/bin/uvicorn main:app --workers 2 --host {ANY} --port 8000"
    )
    assert [one.code for one in found.findings] == ["BB941"]
    found = starting.start(project, Settings(app="main:app"), {"uvicorn": "1"}, ())
    assert "--workers" not in found.start.argv


def test_a_stated_command_is_enough_where_nothing_is_found(tmp_path: Path) -> None:
    texts = {"tool.py": "x = 1\n", "requirements.txt": "", "Procfile": "web: python tool.py\n"}
    project = folders.project(tmp_path, texts)
    check(project, Settings())
    assert starting.start(project, Settings(), {}, ()).start.argv == ("/opt/venv/bin/python", "tool.py")


def test_a_missing_server_tells_what_was_not_taken(tmp_path: Path) -> None:
    texts = {"main.py": ASGI, "requirements.txt": "", "Procfile": "web: hypercorn main:app\n"}
    with pytest.raises(InputError) as caught:
        starting.start(folders.project(tmp_path, texts), Settings(), {"fastapi": "1"}, ())
    assert "`hypercorn main:app` is not taken: `hypercorn` is in no locked package" in caught.value.hint


def test_the_only_process_of_a_bot_is_the_default(tmp_path: Path) -> None:
    bot = "import discord\nif __name__ == '__main__':\n    pass\n"
    texts = {"bot.py": bot, "requirements.txt": "", "Procfile": "worker: python -u bot.py\n"}
    found = starting.start(folders.project(tmp_path / "a", texts), Settings(), {"discord-py": "2"}, ())
    assert (found.start.argv, found.start.port) == (("/opt/venv/bin/python", "-u", "bot.py"), None)
    texts |= {"main.py": ASGI}
    found = starting.start(folders.project(tmp_path / "b", texts), Settings(), LOCKED, ())
    assert found.start.argv[1] == "main:app"
    assert found.start.commands[0][0] == "worker"


def test_gunicorns_settings_say_how_the_code_is_served(tmp_path: Path) -> None:
    texts = {"main.py": ASGI, "requirements.txt": "x\n", "gunicorn.conf.py": "bind = ':9000'\nworkers = 2\n"}
    locked = {**LOCKED, "gunicorn": "26.0"}
    found, decisions = start(folders.project(tmp_path, texts), Settings(), locked, ())
    worker = ("--worker-class", "uvicorn.workers.UvicornWorker")
    assert found.argv == (
        "/opt/venv/bin/gunicorn",
        "main:app",
        "--no-control-socket",
        *worker,
        "--worker-tmp-dir=/dev/shm",
    )
    assert (found.port, found.files) == (9000, ("gunicorn.conf.py",))
    assert decisions[0] == Decision("start", "main:app", decisions[0].reason, "main.py:3")
    assert start(folders.project(tmp_path, texts), Settings(), LOCKED, ())[0].argv[0].endswith("/uvicorn")
    held = folders.project(tmp_path, {"gunicorn.conf.py": "worker_class = 'uvicorn.workers.UvicornWorker'\n"})
    assert start(held, Settings(port=81), locked, ())[0].argv == (
        "/opt/venv/bin/gunicorn",
        "main:app",
        "--no-control-socket",
        "--bind",
        f"{ANY}:81",
        "--worker-tmp-dir=/dev/shm",
    )


def test_an_application_that_gunicorns_settings_name_is_served_by_what_is_locked(tmp_path: Path) -> None:
    texts = {
        "main.py": ASGI,
        "zoo.py": ASGI,
        "requirements.txt": "x\n",
        "gunicorn.conf.py": "wsgi_app='zoo:app'\n",
    }
    project = folders.project(tmp_path, texts)
    assert start(project, Settings(), LOCKED, ())[0].argv[1] == "zoo:app"
    assert start(project, Settings(), {"gunicorn": "", "uvicorn": ""}, ())[0].argv[0].endswith("/gunicorn")
