"""Workers: started where nothing else is, else offered beside it, each with its whole command line."""

from pathlib import Path

import pytest

from folders import applied, chosen

FLASK = "from flask import Flask\napp = Flask('x')\n"
CELERY = "from celery import Celery\napp = Celery('shop')\n"
RQ = "from rq import Queue\nq = Queue('low', connection=x)\nh = Queue(name='high')\n"
ARQ = "import arq\nclass WorkerSettings:\n    functions = []\n"


def workers(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    return {one.role: " ".join(one.words) for one in applied(folder, texts).workers}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CELERY, "celery -A tasks:app worker --loglevel INFO"),
        ("from huey import RedisHuey\nhuey = RedisHuey()\n", "huey_consumer tasks.huey"),
        ("import dramatiq\n@dramatiq.actor\ndef f(): ...\n", "dramatiq tasks"),
        ("import dramatiq\n@dramatiq.actor(max_retries=1)\ndef f(): ...\n", "dramatiq tasks"),
        (RQ, "rq worker low high"),
        (ARQ, "arq tasks.WorkerSettings"),
        ("from faststream import FastStream\napp = FastStream()\n", "faststream run tasks:app"),
        ("import taskiq_redis\nbroker = taskiq_redis.ListQueueBroker('x')\n", "taskiq worker tasks:broker"),
    ],
)
def test_a_worker_is_all_there_is(tmp_path: Path, text: str, line: str) -> None:
    assert workers(tmp_path, {"tasks.py": text}) == {"worker": line}
    assert chosen(tmp_path, {}) == line.partition(" --")[0]


def test_beside_a_web_application_it_is_offered(tmp_path: Path) -> None:
    texts = {"app.py": FLASK, "shop/tasks.py": CELERY}
    assert chosen(tmp_path, texts) == "app:app"
    assert workers(tmp_path, texts) == {"worker": "celery -A shop.tasks:app worker --loglevel INFO"}


@pytest.mark.parametrize(
    ("more", "clock"),
    [
        ({"tasks.py": f"{CELERY}app.conf.beat_schedule = {{}}\n"}, "--schedule /tmp/celerybeat"),
        ({"tasks.py": f"{CELERY}app.conf.update(beat_schedule={{}})\n"}, "--schedule /tmp/celerybeat"),
        ({"tasks.py": CELERY, "conf.py": "CELERY_BEAT_SCHEDULE = {}\n"}, "--schedule /tmp/celerybeat"),
        (
            {"tasks.py": f"{CELERY}def f(sender):\n    sender.add_periodic_task(1, f)\n"},
            "--schedule /tmp/celerybeat",
        ),
        (
            {"tasks.py": CELERY, "settings.py": "INSTALLED_APPS = ['django_celery_beat']\n"},
            "--scheduler django_celery_beat.schedulers:DatabaseScheduler",
        ),
    ],
)
def test_a_schedule_has_its_clock(tmp_path: Path, more: dict[str, str], clock: str) -> None:
    assert workers(tmp_path, more)["beat"] == f"celery -A tasks:app beat --loglevel INFO {clock}"


def test_a_schedule_without_an_application_starts_nothing(tmp_path: Path) -> None:
    assert workers(tmp_path, {"app.py": FLASK, "conf.py": "beat_schedule = {}\n"}) == {}


def test_workers_of_several_queues_are_told_apart(tmp_path: Path) -> None:
    found = workers(tmp_path, {"tasks.py": CELERY, "more.py": RQ})
    assert set(found) == {"celery-worker", "rq-worker"}


def test_actors_of_many_files_are_worked_off_together_behind_the_broker(tmp_path: Path) -> None:
    actor = "import dramatiq\n@dramatiq.actor\ndef f(): ...\n"
    texts = {"a.py": actor, "z.py": f"{actor}dramatiq.set_broker(1)\n", "tests/t.py": actor}
    assert workers(tmp_path, texts) == {"worker": "dramatiq z a"}


def test_a_projects_own_rq_worker_is_left_to_it(tmp_path: Path) -> None:
    own = "from rq import Worker\nif __name__ == '__main__':\n    Worker(['low']).work()\n"
    assert workers(tmp_path, {"tasks.py": RQ, "work.py": own}) == {}
    assert chosen(tmp_path, {}) == "python -m work"


def test_a_factory_of_workers_is_none(tmp_path: Path) -> None:
    make = "from celery import Celery\ndef make():\n    return Celery('x')\n"
    assert workers(tmp_path, {"app.py": FLASK, "tasks.py": make}) == {}
