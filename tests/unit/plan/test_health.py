"""The health probe, run for real against servers that answer well, badly and not at all."""

import subprocess
import sys

import pytest

from bareboat.plan.health import healthcheck, probe
from bareboat.target import PythonVersion
from bareboat.testing.web import Web

PYTHON = PythonVersion(3, 13)


def exit_code(port: int, path: str | None) -> int:
    _, *arguments = probe(PYTHON, port, path)
    done = subprocess.run([sys.executable, *arguments], check=False, capture_output=True, timeout=20)
    return done.returncode


def test_it_is_the_interpreter_without_site() -> None:
    assert probe(PYTHON, 8000, "/")[:4] == ("/usr/bin/python3.13", "-I", "-S", "-c")


def test_a_good_answer_is_healthy_and_others_are_not() -> None:
    with Web() as web:
        web.put("/health", b"ok")
        web.files["/broken"] = type(web.files["/health"])(b"no", status=500)
        assert exit_code(web.port, "/health") == 0
        assert exit_code(web.port, "/broken") != 0
        assert exit_code(web.port, "/missing") != 0
        assert exit_code(web.port, None) == 0
        seen = web.seen("/health")[0]
        assert seen.headers["Host"] == "localhost"


def test_nothing_listening_is_not_healthy() -> None:
    with Web() as web:
        port = web.port
    assert exit_code(port, None) != 0
    assert exit_code(port, "/health") != 0


@pytest.mark.parametrize("path", ["/it's", '/say("hi")', "/%7B?a=b&c", "/\\"])
def test_a_path_with_quotes_stays_one_string(path: str) -> None:
    with Web() as web:
        web.put(path.partition("?")[0], b"ok")
        web.put(path, b"ok")
        assert exit_code(web.port, path) == 0


def test_the_check_speaks_in_nanoseconds() -> None:
    check = healthcheck(PYTHON, 8000, "/health")
    assert check.test == ("CMD", *probe(PYTHON, 8000, "/health"))
    assert (check.interval, check.timeout, check.start_period, check.retries) == (
        *(30_000_000_000, 5_000_000_000, 20_000_000_000),
        3,
    )
