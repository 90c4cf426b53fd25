"""A stated command becomes the image's."""

from pathlib import Path
from typing import Any

from bareboat.project import adopt, reach
from bareboat.project.commandline import Surroundings as Shell
from bareboat.project.commandline import read
from bareboat.project.decision import Command
from bareboat.project.fact import Fact
from bareboat.project.fit import Surroundings, Unfit
from bareboat.project.listening import ANY
from bareboat.project.process import Process
from bareboat.project.reach import Said
from folders import applied

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef f(): ...\n"
FLASK = "from flask import Flask\napp = Flask('x')\nif __name__ == '__main__':\n    app.run(host='0.0.0.0')\n"
PACKAGES = dict.fromkeys(("uvicorn", "gunicorn", "celery", "streamlit"), "")


def adopted(folder: Path, texts: dict[str, str], text: str, **more: Any) -> Command | Unfit:
    packages = more.pop("packages", PACKAGES)
    around = Surroundings(applied(folder, texts), frozenset(texts), packages, configs=texts)
    process = Process("web", read(text, Shell()), text, "Procfile:1", "Procfile")
    return adopt.adopted(process, around, Said(**more))


def made(folder: Path, texts: dict[str, str], text: str, **more: Any) -> Command:
    found = adopted(folder, texts, text, **more)
    assert isinstance(found, Command), found
    return found


def test_a_server_keeps_its_options_and_binds_anew(tmp_path: Path) -> None:
    found = made(
        tmp_path, {"app/main.py": FASTAPI}, "A=1 uvicorn app.main:app --proxy-headers --reload --port 9000"
    )
    assert " ".join(found.argv[1:]) == f"app.main:app --proxy-headers --host {ANY} --port 9000"
    assert (found.port, found.server, found.path, found.env) == (9000, "uvicorn", "/app", (("A", "1"),))
    assert found.health is not None
    assert found.health.path == "/health"
    assert found.decisions[0].reason == "stated by Procfile; `--reload` is left out"


def test_the_port_of_a_server(tmp_path: Path) -> None:
    texts = {"m.py": FASTAPI}
    assert made(tmp_path, texts, "uvicorn m:app --port $PORT").port == 8000
    assert made(tmp_path, texts, "uvicorn m:app --port 80").port == 8000
    assert made(tmp_path, texts, "uvicorn m:app --port 80", exposed=[Fact(8081, "Dockerfile:2")]).port == 8081
    assert made(tmp_path, texts, "uvicorn m:app --port 9000", port=Fact(80, "setting")).port == 80


def test_an_application_that_nothing_else_finds_is_served_as_stated(tmp_path: Path) -> None:
    texts = {"backend/wsgi.py": "application = made()\n"}
    found = made(tmp_path, texts, "cd backend && gunicorn wsgi")
    assert found.path == "/app/backend"
    assert found.argv[1] == "wsgi"
    assert made(tmp_path, texts, "gunicorn --chdir backend wsgi").path == "/app/backend"


def test_a_script_keeps_its_arguments_and_its_own_port(tmp_path: Path) -> None:
    text = "import uvicorn\nif __name__ == '__main__':\n    uvicorn.run(x, port=9000)\n"
    found = made(tmp_path, {"go.py": text}, "python go.py --all")
    assert (found.argv, found.port) == (("/opt/venv/bin/python", "go.py", "--all"), 9000)
    assert [one.code for one in found.findings] == [reach.HIDDEN]


def test_a_worker_has_no_port(tmp_path: Path) -> None:
    found = made(tmp_path, {"t.py": ""}, "celery -A t worker", exposed=[Fact(8000, "Dockerfile:2")])
    assert (found.port, found.argv[0]) == (None, "/opt/venv/bin/celery")


def test_another_program_listens_where_it_is_told(tmp_path: Path) -> None:
    packages = {"mlflow": ""}
    found = made(tmp_path, {"t.py": FASTAPI}, "mlflow server --port 5001", packages=packages)
    assert (found.port, found.health) == (5001, None)
    assert made(tmp_path, {"t.py": FASTAPI}, "mlflow gc", packages=packages).port is None
    for words in ("--hosts 0.0.0.0:5001,[::]:5001", "--listen=*:5001", "tcp://0.0.0.0:5001/x"):
        assert made(tmp_path, {"t.py": FASTAPI}, f"mlflow x {words}", packages=packages).port == 5001
    assert (
        made(tmp_path, {"t.py": FASTAPI}, "mlflow x --to 10.0.0.0:5001 *:x", packages=packages).port is None
    )


def test_a_streamlit_page_is_told_the_port(tmp_path: Path) -> None:
    texts = {"app.py": "import streamlit as st\nst.title('x')\n"}
    found = made(tmp_path, texts, "streamlit run app.py --server.port=$PORT")
    assert "--server.port=8501" in found.argv
    assert found.health is not None
    assert found.health.path == "/_stcore/health"


def test_a_development_server_gives_way_to_one_of_the_lock(tmp_path: Path) -> None:
    found = adopted(tmp_path, {"app.py": FLASK}, "python app.py")
    assert isinstance(found, Unfit)
    assert found.reason == "the server in it is for development, and the lock has gunicorn"
    alone = made(tmp_path, {"app.py": FLASK}, "python app.py", packages={"flask": ""})
    assert [one.code for one in alone.findings] == [adopt.DEVELOPMENT]
    assert alone.port == 5000


def test_what_does_not_hold_is_a_finding_with_a_way_out(tmp_path: Path) -> None:
    found = adopted(tmp_path, {}, "npm start")
    assert isinstance(found, Unfit)
    process = Process("web", read("npm start", Shell()), "npm start", "Procfile:1", "Procfile")
    finding = adopt.unfit(process, found)
    assert finding.message == "`npm start` is not taken: `npm` is not in the image"
    assert "command setting" in finding.hint


def test_the_settings_of_a_server_are_obeyed(tmp_path: Path) -> None:
    texts = {"m.py": FASTAPI, "gunicorn.conf.py": "wsgi_app = 'm:app'\nbind = ':9000'\ndaemon = True\n"}
    found = made(tmp_path, texts, "gunicorn")
    assert (found.argv[1:], found.port) == (("--worker-tmp-dir=/dev/shm",), 9000)
    assert (found.candidate.target, found.files) == ("m:app", ("gunicorn.conf.py",))
    said = {one.subject: (one.value, one.reason, one.where) for one in found.decisions}
    assert said["start"][0] == "m:app"
    assert said["settings"][:2] == ("gunicorn.conf.py", "gunicorn reads it")
    assert said["port"] == ("9000", "gunicorn.conf.py binds it", "gunicorn.conf.py:2")
    assert [one.code for one in found.findings] == [adopt.SETTINGS]
    assert "--bind" in made(tmp_path, texts, "gunicorn", port=Fact(9001, "setting")).argv
    alone = adopted(tmp_path, {"m.py": FASTAPI}, "gunicorn")
    assert isinstance(alone, Unfit)
    assert alone.reason == "`gunicorn` is told no application"


def test_variables_that_the_settings_ask_for_are_those_of_the_file(tmp_path: Path) -> None:
    conf = "import os\nbind = '0.0.0.0:' + os.environ['PORT']\nx = os.environ.get('GIVEN')\n"
    texts = {"m.py": FASTAPI, "gunicorn.conf.py": conf}
    around = Surroundings(
        applied(tmp_path, texts), frozenset(texts), PACKAGES, configs=texts, environ={"GIVEN": "1"}
    )
    process = Process(
        "web",
        read("gunicorn m:app", Shell()),
        "gunicorn m:app",
        "Dockerfile:3",
        "Dockerfile",
        variables={"PORT": "8084", "GIVEN": "2", "OTHER": "3"},
    )
    found = adopt.adopted(process, around, Said())
    assert isinstance(found, Command)
    assert (found.port, found.env) == (8084, (("PORT", "8084"),))
    assert "--bind" not in found.argv
    said = [one.value for one in found.decisions if one.subject == "variable"]
    assert said == ["PORT=8084"]


def test_uwsgi_answers_http(tmp_path: Path) -> None:
    conf = "[uwsgi]\nwsgi-file = web/run.py\ncallable = app\nsocket = x.sock\n"
    texts = {"web/run.py": FLASK, "uwsgi.ini": conf}
    found = made(tmp_path, texts, "uwsgi --ini uwsgi.ini", packages={"pyuwsgi": ""})
    words = f"--set wsgi-file=web/run.py --set callable=app --http-socket {ANY}:8000"
    assert " ".join(found.argv[1:]) == words
    assert (found.candidate.path, found.server, found.port) == ("web/run.py", "uwsgi", 8000)
    assert [one.code for one in found.findings] == ["BB946"]
    assert found.decisions[0].value == found.candidate.target


def test_a_worker_that_no_package_has_is_told(tmp_path: Path) -> None:
    for worker, missing in (
        ("gevent", "gevent"),
        ("uvicorn.workers.UvicornWorker", ""),
        ("gthread", ""),
        ("m.Own", ""),
        ("meinheld.gmeinheld.MeinheldWorker", "meinheld"),
        ("gunicorn.workers.ggevent.GeventWorker", ""),
    ):
        texts = {"m.py": FASTAPI, "gunicorn.conf.py": f"worker_class = {worker!r}\n"}
        found = made(tmp_path, texts, "gunicorn m:app").findings
        hints = [one.hint for one in found]
        assert hints == ([f"add {missing} to the dependencies"] if missing else []), worker
