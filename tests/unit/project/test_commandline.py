"""Start commands of others, made into what an image without a shell can run."""

import pytest

from bareboat.project.commandline import Line, Surroundings, read

SCRIPTS = {
    "start.sh": """#!/bin/bash
set -euo pipefail
if [ -n "${DEBUG:-}" ]; then
  echo debugging
fi
mkdir -p /tmp/x
python manage.py migrate
exec gunicorn app:app --bind 0.0.0.0:$PORT "$@"
""",
    "case.sh": "case $1 in\nweb) exec gunicorn a:b ;;\nesac\n",
    "loop.sh": "sh loop.sh\n",
    "empty.sh": "#!/bin/sh\nset -e\n",
}
AROUND = Surroundings(
    {"HOME": "/root", "APP": "shop"},
    lambda name: SCRIPTS.get(name.removeprefix("./")),
    {"serve": "uvicorn a:b"},
)


def line(given: str | tuple[str, ...]) -> Line:
    return read(given, AROUND)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("gunicorn 'shop:create_app()' -b 0.0.0.0:$PORT", "gunicorn shop:create_app() -b 0.0.0.0:{port}"),
        ("uvicorn $APP.main:app --port ${PORT:-8000}", "uvicorn shop.main:app --port {port}"),
        ("exec celery -A x worker -l ${LEVEL:-info}", "celery -A x worker -l info"),
        ("bash start.sh --reload", "gunicorn app:app --bind 0.0.0.0:{port} --reload"),
        (("./start.sh", "-w", "3"), "gunicorn app:app --bind 0.0.0.0:{port} -w 3"),
        (("sh", "-ec", "exec uvicorn a:b --port $PORT"), "uvicorn a:b --port {port}"),
        (("gunicorn", "-b", ":$PORT", "a:b"), "gunicorn -b :{port} a:b"),
        ("source .venv/bin/activate; python x.py", "python x.py"),
        ("pipenv run serve", "uvicorn a:b"),
        ("sh case.sh web", "gunicorn a:b"),
    ],
)
def test_a_line_without_its_shell(given: str | tuple[str, ...], words: str) -> None:
    found = line(given)
    assert (" ".join(found.words), found.problem) == (words, "")


def test_what_stands_around_the_command_is_kept() -> None:
    before = "export A=1 && cd backend && cd .. && cd ./web/ && B=$A python manage.py migrate"
    found = line(f"{before} && C=2 exec gunicorn x")
    assert found.words == ("gunicorn", "x")
    assert found.folder == "web"
    assert dict(found.env) == {"A": "1", "B": "1", "C": "2"}
    assert found.before == (("python", "manage.py", "migrate"),)
    assert line("cd /code/api && python x.py").folder == "/code/api"


def test_what_is_left_out_is_said() -> None:
    assert line("bash start.sh").notes == ("`mkdir` is left out",)
    assert line("gunicorn a:b --workers $WORKERS -t $(nproc)").words == ("gunicorn", "a:b")
    assert "`--workers $WORKERS` is left out" in line("gunicorn a:b --workers $WORKERS").notes[0]
    assert line("python x.py > log").notes == ("its redirections are left out",)
    assert line("python x.py 2>&1").notes == ()
    assert line("FOO=$UNKNOWN python x.py").words == ("python", "x.py")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("a | b", "needs a shell for '|'"),
        ("a & b", "needs a shell for '&'"),
        ("while true; do python x.py; done", "stands in a loop"),
        ("$SERVER a:b", "needs a shell to replace $SERVER"),
        ("python $FILE", "needs a shell to replace $FILE"),
        ("gunicorn 'a", "no shell's line"),
        ("", "starts nothing"),
        ("export A=1", "starts nothing"),
        ("sh empty.sh", "starts nothing"),
        ("sh case.sh worker", "starts nothing"),
        ("sh loop.sh", "calls itself"),
        ("bash missing.sh", "missing.sh is not in the project"),
        (("bash",), "starts a shell"),
        ("npm start", "`npm` is not in the image"),
    ],
)
def test_what_cannot_hold_says_why(given: str | tuple[str, ...], problem: str) -> None:
    found = line(given)
    assert found.words == ()
    assert problem in found.problem
