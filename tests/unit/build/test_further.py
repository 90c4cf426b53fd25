"""Workers and migrations beside what is started."""

from pathlib import Path

import folders
from bareboat.build.further import Further, further
from bareboat.plan.settings import Settings
from bareboat.project.decision import Command
from bareboat.project.fit import Surroundings
from bareboat.project.project import Project

TEXTS = {
    "requirements.txt": "",
    "app.py": "from flask import Flask\napp = Flask('x')\n",
    "tasks.py": "from celery import Celery\nq = Celery('x')\n",
    "alembic.ini": "",
}
PACKAGES = {"flask": "3", "celery": "5", "alembic": "1"}
WORKER = ("/opt/venv/bin/celery", "-A", "tasks:q", "worker", "--loglevel", "INFO")


def more(
    project: Project, settings: Settings, packages: dict[str, str], started: Command | None = None
) -> Further:
    paths = frozenset(one.path for one in project.files)
    return further(project, settings, Surroundings(project.application, paths, packages), started, None)


def test_workers_are_further_commands_and_migrations_are_offered(tmp_path: Path) -> None:
    project = folders.project(tmp_path, TEXTS)
    found = more(project, Settings(), PACKAGES)
    assert (found.before, found.commands) == ((), (("worker", WORKER),))
    told = {one.subject: one for one in found.decisions}
    assert told["command worker"].reason.startswith("a Celery worker")
    assert 'before-start = [["alembic", "upgrade", "head"]]' in told["migrations"].reason


def test_a_worker_without_its_package_or_that_is_started_already_is_none(tmp_path: Path) -> None:
    project = folders.project(tmp_path, TEXTS)
    assert more(project, Settings(), {}).commands == ()
    worker = project.application.workers[0]
    started = Command(("celery",), worker, "", None, None, "", ())
    assert more(project, Settings(), PACKAGES, started).commands == ()


def test_settings_come_first(tmp_path: Path) -> None:
    project = folders.project(tmp_path, TEXTS)
    settings = Settings(commands={"worker": ("own",)}, before_start=(("step",),))
    found = more(project, settings, PACKAGES)
    assert (found.before, found.commands) == ((("step",),), (("worker", ("own",)),))
    assert [one.subject for one in found.decisions] == ["before start", "command worker"]


def test_the_processes_of_a_procfile_are_further_commands_and_its_release_is_offered(tmp_path: Path) -> None:
    procfile = """
        web: gunicorn app:app -b 0.0.0.0:$PORT
        release: python tasks.py
        clock: A=1 celery -A tasks:q beat --port $PORT
        other: npm start
    """
    project = folders.project(tmp_path, {**TEXTS, "Procfile": procfile})
    found = more(project, Settings(), PACKAGES)
    clock = ("/opt/venv/bin/celery", "-A", "tasks:q", "beat", "--port", "8000")
    assert found.commands == (("clock", clock),)
    told = {one.subject: one for one in found.decisions}
    assert told["step"].value == "python tasks.py"
    assert told["command clock"].reason.endswith("with A=1")
    assert [one.message for one in found.findings] == ["`npm start` is not taken: `npm` is not in the image"]


def test_a_migration_is_offered_once(tmp_path: Path) -> None:
    project = folders.project(tmp_path, {**TEXTS, "Procfile": "release: alembic -x a upgrade head\n"})
    found = more(project, Settings(), PACKAGES)
    assert [one.value for one in found.decisions if one.subject in {"step", "migrations"}] == [
        "alembic upgrade head"
    ]
