"""Programs that only start another one."""

import pytest

from bareboat.project.wrappers import unwrapped


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("poetry run uvicorn a:b", "uvicorn a:b"),
        ("poetry -C x run uvicorn a:b", "uvicorn a:b"),
        ("python -m poetry run celery -A x worker", "celery -A x worker"),
        ("uv run --frozen --no-dev --extra web gunicorn a:b", "gunicorn a:b"),
        ("uv run -m bot", "python -m bot"),
        ("uv run main.py --x", "python main.py --x"),
        ("pipenv run python x.py", "python x.py"),
        ("pdm run -p . flask run", "flask run"),
        ("hatch run serve", "serve"),
        ("/usr/bin/tini -g -- gosu app gunicorn x:y", "gunicorn x:y"),
        ("dumb-init python x.py", "python x.py"),
        ("su-exec 1000:1000 python x.py", "python x.py"),
        ("sudo -E -u www python x.py", "python x.py"),
        ("nice -n 5 python x.py", "python x.py"),
        ("timeout -k 5 30 python x.py", "python x.py"),
        ("conda run --no-capture-output -n env python x.py", "python x.py"),
        ("./wait-for-it.sh db:5432 -t 3 -- python x.py", "python x.py"),
        ("doppler run -- python x.py", "python x.py"),
        ("env -u X python x.py", "python x.py"),
        ("newrelic-admin run-program gunicorn a:b", "newrelic-admin run-program gunicorn a:b"),
        ("poetry install", "poetry install"),
        ("python x.py", "python x.py"),
    ],
)
def test_the_program_inside(given: str, words: str) -> None:
    found = unwrapped(given.split(), {})
    assert (" ".join(found.words), found.problem, found.text) == (words, "", None)


def test_variables_and_notes_are_kept() -> None:
    found = unwrapped(["env", "A=1", "B=", "exec", "./wait-for-it", "db:1", "--", "env", "C=2", "x"], {})
    assert (found.words, found.env) == (("x",), (("A", "1"), ("B", ""), ("C", "2")))
    assert found.notes == ("`wait-for-it`, which waits for another service, is left out",)
    assert unwrapped(["watchfiles", "python x.py", "src"], {}).words == ("python", "x.py")


def test_an_alias_is_a_shells_text() -> None:
    assert unwrapped(["pipenv", "run", "serve"], {"serve": "a && b"}).text == "a && b"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("honcho start", "several processes"),
        ("nginx -g x", "not in the image"),
        ("dockerize -wait tcp://db x", "no `--`"),
    ],
)
def test_what_is_no_command_for_an_image(given: str, problem: str) -> None:
    assert problem in unwrapped(given.split(), {}).problem
    assert unwrapped((), {}).words == ()
