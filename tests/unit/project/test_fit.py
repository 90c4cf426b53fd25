"""Whether a stated command holds in the image."""

from pathlib import Path

import pytest

from bareboat.project.commandline import Surroundings as Shell
from bareboat.project.commandline import read
from bareboat.project.fit import Surroundings, Unfit, words
from bareboat.project.process import Process
from folders import applied

TEXTS = {
    "app.py": "x = 1\n",
    "shop/__init__.py": "",
    "shop/jobs.py": "x = 1\n",
    "backend/api.py": "x = 1\n",
    "web/manage.py": "x = 1\n",
}
PACKAGES = dict.fromkeys(("gunicorn", "celery", "flask", "django", "waitress", "fastapi-cli"), "")


def fitting(folder: Path, text: str) -> tuple[str, ...] | Unfit:
    around = Surroundings(applied(folder, TEXTS), frozenset(TEXTS), PACKAGES, {"tides"})
    return words(Process("web", read(text, Shell()), text, "Procfile:1", "Procfile"), around)


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("gunicorn app:app -w 2", "gunicorn app:app -w 2 --bind 0.0.0.0:{port} --worker-tmp-dir=/dev/shm"),
        (".venv/bin/gunicorn app:app", "gunicorn app:app --bind 0.0.0.0:{port} --worker-tmp-dir=/dev/shm"),
        ("python -m gunicorn app:app", "gunicorn app:app --bind 0.0.0.0:{port} --worker-tmp-dir=/dev/shm"),
        ("cd backend && waitress-serve api:app", "waitress-serve --listen=0.0.0.0:{port} api:app"),
        ("celery -A shop.jobs worker", "celery -A shop.jobs worker"),
        ("python3.12 -u app.py --x", "python -u app.py --x"),
        ("python /code/shop/jobs.py", "python shop/jobs.py"),
        ("cd web && ./manage.py rqworker", "python web/manage.py rqworker"),
        ("python -m shop.jobs", "python -m shop.jobs"),
        ("python -m http.server", "python -m http.server"),
        ("python -c 'print(1)'", "python -c print(1)"),
        ("tides serve", "tides serve"),
        ("/app/bin/python /app/bin/tides --hosts 0.0.0.0:5232", "tides --hosts 0.0.0.0:5232"),
        (
            "python3 /venv/bin/gunicorn app:app",
            "gunicorn app:app --bind 0.0.0.0:{port} --worker-tmp-dir=/dev/shm",
        ),
    ],
)
def test_what_is_there_holds(tmp_path: Path, text: str, argv: str) -> None:
    found = fitting(tmp_path, text)
    assert not isinstance(found, Unfit), found
    assert " ".join(found) == f"/opt/venv/bin/{argv}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("uvicorn app:app", "`uvicorn` is in no locked package"),
        ("gunicorn other.wsgi", "there is no module 'other.wsgi'"),
        ("python missing.py", "the file missing.py is not in the project"),
        ("python /venv/bin/missing", "the file /venv/bin/missing is not in the project"),
        ("python -m missing", "there is no module 'missing'"),
        ("python", "starts the interpreter alone"),
        ("fastapi run missing.py", "the file missing.py is not"),
        ("a | b", "needs a shell"),
    ],
)
def test_what_is_not_there_does_not(tmp_path: Path, text: str, reason: str) -> None:
    found = fitting(tmp_path, text)
    assert isinstance(found, Unfit)
    assert reason in found.reason
    assert not found.is_development


@pytest.mark.parametrize(
    "text", ["flask run --host 0.0.0.0", "python web/manage.py runserver", "fastapi dev app.py"]
)
def test_development_servers_are_told_apart(tmp_path: Path, text: str) -> None:
    found = fitting(tmp_path, text)
    assert isinstance(found, Unfit)
    assert found.is_development
