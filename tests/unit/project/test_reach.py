"""Ports, hosts and health paths of what runs by itself."""

from pathlib import Path
from typing import Any

import pytest

from bareboat.project import command, reach
from bareboat.project.command import Command
from bareboat.project.fact import Fact
from bareboat.project.listening import ANY
from folders import applied

GUARD = "if __name__ == '__main__':\n    uvicorn.run({})\n"
HEAD = "import os, uvicorn\nfrom unknown import app\n"


def made(folder: Path, texts: dict[str, str], **how: Any) -> Command:
    found = applied(folder, texts)
    candidate, _ = command.choose(found, app=how.pop("app", ""))
    return command.make(candidate, found, **{"packages": set(), "is_installed": False, **how})


def test_the_port_of_a_script_is_that_of_the_files_that_run_with_it(tmp_path: Path) -> None:
    texts = {
        "bot.py": "import discord\nif __name__ == '__main__':\n    pass\n",
        "web.py": f"{HEAD}{GUARD.format('app, port=9000')}",
    }
    assert made(tmp_path, texts, app="python -m bot").port is None
    assert made(tmp_path, texts, app="python -m web").port == 9000
    assert made(tmp_path, texts, app="python -m web", port=Fact(80, "w")).port == 80


def test_a_default_is_a_port_too_and_a_low_one_is_kept(tmp_path: Path) -> None:
    assert made(tmp_path, {"m.py": f"{HEAD}{GUARD.format('app')}"}).port == 8000
    held = made(tmp_path, {"m.py": f"{HEAD}{GUARD.format('app, port=80')}"})
    assert held.port == 80


def test_a_host_that_only_the_container_reaches_is_a_finding(tmp_path: Path) -> None:
    held = made(tmp_path, {"m.py": f"{HEAD}{GUARD.format('app')}"})
    assert [(one.code, one.where) for one in held.findings] == [(reach.HIDDEN, "m.py:4")]
    assert "127.0.0.1" in held.findings[0].message
    said = GUARD.format("app, host='0.0.0.0'")
    open_ = made(tmp_path, {"m.py": f"{HEAD}{said}"})
    assert open_.findings == ()


def test_a_variable_that_gives_the_host_is_set(tmp_path: Path) -> None:
    call = "app, host=os.getenv('BIND', 'localhost')"
    held = made(tmp_path, {"m.py": f"{HEAD}{GUARD.format(call)}"})
    assert (held.env, held.findings) == ((("BIND", ANY),), ())
    assert held.decisions[-1].reason == "the code listens on localhost unless it is set"


def test_a_framework_that_reads_variables_is_told_the_port(tmp_path: Path) -> None:
    held = made(tmp_path, {"app.py": "import gradio as gr\ngr.Blocks().launch()\n"}, port=Fact(9000, "w"))
    assert dict(held.env) == {"GRADIO_SERVER_NAME": ANY, "GRADIO_SERVER_PORT": "9000"}
    assert held.findings == ()


def test_a_program_is_told_the_port(tmp_path: Path) -> None:
    held = made(
        tmp_path, {"app.py": "import streamlit as st\nst.title('x')\n"}, exposed=[Fact(8080, "Dockerfile:3")]
    )
    assert "--server.port=8080" in held.argv
    assert held.health is not None
    assert held.health.path == "/_stcore/health"
    assert made(tmp_path, {}, health=Fact("/x", "w")).health.path == "/x"  # type: ignore[union-attr]


def test_a_worker_listens_nowhere(tmp_path: Path) -> None:
    held = made(
        tmp_path, {"tasks.py": "from celery import Celery\napp = Celery('x')\n"}, exposed=[Fact(80, "w")]
    )
    assert (held.port, held.health) == (None, None)


@pytest.mark.parametrize("name", ["tornado", "grpc"])
def test_a_health_route_belongs_to_the_script_that_runs_its_file(tmp_path: Path, name: str) -> None:
    text = f"import {name}\nfrom flask import Flask\na = Flask('x')\n@a.get('/health')\ndef f(): ...\n"
    texts = {"m.py": f"{text}if __name__ == '__main__':\n    a.run(port=5000)\n"}
    held = made(tmp_path, texts, app="python -m m")
    assert (held.health is None) == (name == "grpc")
