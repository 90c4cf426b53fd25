"""Locks made by Poetry, PDM and Pipenv: what bareboat selects is what the tool itself installs."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import uv

from bareboat.build.locks import Locks
from bareboat.build.tools import Tools
from bareboat.errors import BareboatError
from bareboat.lock import Lock
from bareboat.net.client import Client
from bareboat.plan.settings import Settings
from bareboat.progress import SILENT
from bareboat.project import read
from bareboat.store.cas import Store
from bareboat.target import Arch, Target
from built import bareboat, environment

pytestmark = [pytest.mark.network, pytest.mark.full]

# Of this machine, so that the tools install for it too; any glibc since 2.28 takes the same wheels here.
HOST = Target(
    Arch.AMD64 if platform.machine() == "x86_64" else Arch.ARM64, platform.python_version(), (2, 36)
)
PDM = ("--from", "pdm==2.29.*", "--with", "unearth<0.18", "--with", "hishel[httpx]<1.2")
APP = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def home() -> str:
    return "hello"
"""
POETRY_1 = """
[tool.poetry]
name = "shop"
version = "0.1.0"
description = ""
authors = ["A <a@example.com>"]
package-mode = false
[tool.poetry.dependencies]
python = "^3.11"
flask = "^3.0"
uvicorn = {version = "^0.30", extras = ["standard"]}
requests = {version = ">=2.31", optional = true, extras = ["socks"]}
colorama = {version = "*", markers = "sys_platform == 'win32'"}
tomli = {version = "*", python = "<3.11"}
[tool.poetry.extras]
http = ["requests"]
[tool.poetry.group.dev.dependencies]
pytest = "^8"
[tool.poetry.group.prod.dependencies]
gunicorn = "*"
[[tool.poetry.source]]
name = "host"
url = "INDEX/"
priority = "primary"
"""
OLD = POETRY_1.replace("primary", "default").replace("package-mode = false\n", "")
POETRY_2 = """
[project]
name = "shop"
version = "0.1.0"
requires-python = ">=3.11,<4"
dependencies = [
    "flask>=3", "uvicorn[standard]>=0.30,<0.31",
    "colorama; sys_platform == 'win32'", "tomli; python_version < '3.11'",
]
[project.optional-dependencies]
http = ["requests[socks]>=2.31"]
[dependency-groups]
dev = ["pytest>=8"]
prod = ["gunicorn"]
"""
SOURCE = '[[tool.poetry.source]]\nname = "host"\nurl = "INDEX/"\npriority = "primary"\n'
OF_PDM = '[tool.pdm]\ndistribution = false\n[[tool.pdm.source]]\nname = "pypi"\nurl = "INDEX"\n'
PIPFILE = """
[[source]]
name = "pypi"
url = "INDEX"
verify_ssl = true
[packages]
flask = ">=3"
uvicorn = {version = "~=0.30.0", extras = ["standard"]}
colorama = {version = "*", markers = "sys_platform == 'win32'"}
[dev-packages]
pytest = ">=8"
[prod]
gunicorn = "*"
"""


@dataclass(frozen=True)
class Tool:
    """One release of a tool: how it locks, and how it installs what `groups` and `extras` say."""

    run: tuple[str, ...]
    files: Mapping[str, str]
    lock: tuple[str, ...]
    install: tuple[str, ...]
    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()


def poetry(version: str, text: str, *more: str, **kwargs: tuple[str, ...]) -> Tool:
    run = ("--from", f"poetry=={version}.*", "poetry")
    install = ("install", "--no-root", "--no-interaction", *more)
    return Tool(run, {"pyproject.toml": text}, ("lock", "--no-interaction"), install, **kwargs)


def pdm(*strategy: str, more: tuple[str, ...] = (), **kwargs: tuple[str, ...]) -> Tool:
    lock = ("lock", "-G:all", *(("-S", ",".join(strategy)) if strategy else ()))
    install = ("sync", "--no-self", *(more or ("--prod",)))
    return Tool((*PDM, "pdm"), {"pyproject.toml": POETRY_2 + OF_PDM}, lock, install, **kwargs)


PROD = ("prod",)
TOOLS = {
    "poetry 1.5": poetry("1.5", OLD, "--only", "main"),
    "poetry 1.8": poetry("1.8", POETRY_1, "--only", "main"),
    "poetry 1.8, group and extra": poetry(
        "1.8", POETRY_1, "--only", "main,prod", "-E", "http", groups=PROD, extras=("http",)
    ),
    "poetry 2": poetry("2.5", POETRY_2 + SOURCE, "--only", "main"),
    "poetry 2, group and extra": poetry(
        "2.5", POETRY_2 + SOURCE, "--only", "main,prod", "-E", "http", groups=PROD, extras=("http",)
    ),
    "poetry 2, tables of poetry 1": poetry("2.5", POETRY_1, "--only", "main"),
    "pdm": pdm(),
    "pdm, group and extra": pdm(more=("-G", "http,prod", "--without", "dev"), groups=PROD, extras=("http",)),
    "pdm, a graph": pdm("no_inherit_metadata"),
    "pdm, static urls": pdm("static_urls"),
    "pipenv": Tool(("pipenv",), {"Pipfile": PIPFILE}, ("lock",), ("sync",)),
    "pipenv, a category": Tool(
        ("pipenv",),
        {"Pipfile": PIPFILE},
        ("lock", "--categories", "packages dev-packages prod"),
        ("sync", "--categories", "packages prod"),
        groups=PROD,
    ),
}


def uv_run(*arguments: str, folder: Path, stdin: str = "", **more: str) -> str:
    done = subprocess.run(
        [uv.find_uv_bin(), *arguments],
        cwd=folder,
        env=environment(UV_NO_PROGRESS="1", PIPENV_VERBOSITY="-1", PIPENV_YES="1", NO_COLOR="1", **more),
        input=stdin,
        capture_output=True,
        check=False,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def index(folder: Path) -> str:
    """Return the index that the host is configured for; the default one of uv where none is."""
    text = uv_run("pip", "compile", "--emit-index-url", "-", folder=folder, stdin="iniconfig")
    found = re.search(r"^--index-url (\S+)", text, re.MULTILINE)
    assert found is not None, text
    return found[1].rstrip("/")


def locked(tool: Tool, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tool.files.items():
        (folder / name).write_text(text.replace("INDEX", index(folder)))
    (folder / "main.py").write_text(APP)
    venv = folder.parent / "venv"
    uv_run("venv", "--seed", "--python", platform.python_version(), str(venv), folder=folder)
    uv_run("tool", "run", *tool.run, *tool.lock, folder=folder, **active(venv))
    return folder


def active(venv: Path) -> dict[str, str]:
    return {
        "VIRTUAL_ENV": str(venv),
        "PATH": f"{venv}/bin:{os.environ['PATH']}",
        "POETRY_VIRTUALENVS_CREATE": "false",
        "PDM_CHECK_UPDATE": "0",
        "PIPENV_IGNORE_VIRTUALENVS": "0",
    }


def selected(folder: Path, tool: Tool, target: Target = HOST) -> Lock:
    environ = environment()
    store = folder.parent / "cache"
    with Store(store) as held:
        tools = Tools(held, Client(environ), SILENT, 1)
        project = read.read(folder, environ=environ)
        settings = Settings(groups=tool.groups or None, extras=tool.extras or None)
        return Locks(project, settings, environ, offline=False, locked=True).read(target, tools)


@pytest.mark.parametrize("name", TOOLS)
def test_what_the_tool_installs_is_what_is_selected(name: str, tmp_path: Path) -> None:
    tool = TOOLS[name]
    folder = locked(tool, tmp_path / "project")
    venv = tmp_path / "venv"
    before = installed(venv)
    uv_run("tool", "run", *tool.run, *tool.install, folder=folder, **active(venv))
    ours = {(one.name, one.version) for one in selected(folder, tool).packages}
    assert ours == installed(venv) - before
    assert len(ours) > 15
    other = Target(Arch.ARM64 if HOST.arch is Arch.AMD64 else Arch.AMD64, HOST.python_full, HOST.glibc)
    theirs = selected(folder, tool, other)
    assert {(one.name, one.version) for one in theirs.packages} == ours
    loop = theirs.find("uvloop")
    assert loop is not None
    assert loop.wheel is not None
    assert other.arch.machine in loop.wheel.filename


def installed(venv: Path) -> set[tuple[str, str]]:
    text = uv_run("pip", "list", "--format", "freeze", "--python", f"{venv}/bin/python", folder=venv)
    pairs = (line.partition("==") for line in text.splitlines())
    return {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, _, version in pairs}


@pytest.mark.parametrize("name", ["poetry 2", "pdm", "pdm, static urls", "pipenv"])
def test_a_changed_hash_is_refused(name: str, tmp_path: Path) -> None:
    folder = locked(TOOLS[name], tmp_path / "project")
    (lock,) = (*folder.glob("*.lock"), *folder.glob("Pipfile.lock"))[:1]
    text = lock.read_text()
    flask = selected(folder, TOOLS[name]).find("flask")
    assert flask is not None
    assert flask.wheel is not None
    lock.write_text(text.replace(flask.wheel.sha256, "0" * 64))
    with pytest.raises((BareboatError, AssertionError), match=r"flask|Flask"):
        bareboat(
            "build", folder, "--cache-dir", tmp_path / "b", "-o", tmp_path / "a", "--group", "prod", "--quiet"
        )


@pytest.mark.parametrize(
    "name", ["poetry 1.8, group and extra", "pdm, group and extra", "pipenv, a category"]
)
def test_an_image_is_built_from_it(name: str, tmp_path: Path) -> None:
    folder = locked(TOOLS[name], tmp_path / "project")
    cache, out = tmp_path / "cache", tmp_path / "image"
    arguments = ("--group", "prod", "--cache-dir", cache, "--locked")
    said = bareboat("plan", folder, *arguments[:-1])
    assert ".lock" in said
    bareboat("build", folder, "-o", out, *arguments[:-1], "--quiet")
    assert (out / "index.json").is_file()
