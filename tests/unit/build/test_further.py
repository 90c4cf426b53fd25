"""Workers and migrations beside what is started."""

from pathlib import Path

import folders
from bareboat.build.further import further
from bareboat.plan.settings import Settings

TEXTS = {
    "requirements.txt": "",
    "app.py": "from flask import Flask\napp = Flask('x')\n",
    "tasks.py": "from celery import Celery\nq = Celery('x')\n",
    "alembic.ini": "",
}
PACKAGES = {"flask": "3", "celery": "5", "alembic": "1"}
WORKER = ("/opt/venv/bin/celery", "-A", "tasks:q", "worker", "--loglevel", "INFO")


def test_workers_are_further_commands_and_migrations_are_offered(tmp_path: Path) -> None:
    project = folders.project(tmp_path, TEXTS)
    found = further(project, Settings(), PACKAGES, project.application.candidates[0])
    assert (found.before, found.commands) == ((), (("worker", WORKER),))
    told = {one.subject: one for one in found.decisions}
    assert told["command worker"].reason.startswith("a Celery worker")
    assert 'before-start = [["alembic", "upgrade", "head"]]' in told["migrations"].reason


def test_a_worker_without_its_package_or_that_is_started_already_is_none(tmp_path: Path) -> None:
    project = folders.project(tmp_path, TEXTS)
    assert further(project, Settings(), {}, None).commands == ()
    worker = project.application.workers[0]
    assert further(project, Settings(), PACKAGES, worker).commands == ()


def test_settings_come_first(tmp_path: Path) -> None:
    project = folders.project(tmp_path, TEXTS)
    settings = Settings(commands={"worker": ("own",)}, before_start=(("step",),))
    found = further(project, settings, PACKAGES, None)
    assert (found.before, found.commands) == ((("step",),), (("worker", ("own",)),))
    assert [one.subject for one in found.decisions] == ["before start", "command worker"]
