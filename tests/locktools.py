"""The tools that make locks, run as their users run them, and the environments that they make.

Every tool locks the same project: what it needs, an extra, groups, packages for other platforms and
Pythons, one that has sources alone. INDEX in a file is the index that this machine is configured for.
"""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import uv
from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.build.locks import Locks
from bareboat.build.tools import Tools
from bareboat.lock import Lock
from bareboat.net.client import Client
from bareboat.plan.settings import Settings
from bareboat.progress import SILENT
from bareboat.project import read
from bareboat.store.cas import Store
from bareboat.target import Arch, Target
from built import environment
from prepared import PDM, index

__all__ = [
    "HOST",
    "OTHER",
    "PDM_RUN",
    "Tool",
    "environment_of",
    "installed",
    "locked",
    "refused",
    "selected",
    "tools",
    "uv_run",
]

MACHINE = Arch.AMD64 if platform.machine() == "x86_64" else Arch.ARM64
# Of this machine, so that the tools install for it too; any glibc since 2.28 takes the same wheels here.
HOST = Target(MACHINE, platform.python_version(), (2, 36))
OTHER = replace(HOST, arch=Arch.ARM64 if MACHINE is Arch.AMD64 else Arch.AMD64)
APP = """
if __name__ == "__main__":
    print("hello")
"""
PROJECT = """
[project]
name = "shop"
version = "0.1.0"
requires-python = ">=3.11,<4"
dependencies = [
    "flask>=3", "uvicorn[standard]>=0.30,<0.31", "docopt==0.6.2",
    "colorama; sys_platform == 'win32'", "tomli; python_version < '3.11'",
    "iniconfig; platform_machine == 'x86_64'", "pluggy; platform_machine == 'aarch64'",
]
[project.optional-dependencies]
http = ["requests[socks]>=2.31"]
[dependency-groups]
dev = ["pytest>=8"]
prod = ["gunicorn"]
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
docopt = "0.6.2"
requests = {version = ">=2.31", optional = true, extras = ["socks"]}
colorama = {version = "*", markers = "sys_platform == 'win32'"}
tomli = {version = "*", python = "<3.11"}
iniconfig = {version = "*", markers = "platform_machine == 'x86_64'"}
pluggy = {version = "*", markers = "platform_machine == 'aarch64'"}
click = [{version = ">=8.1,<8.2", python = "<3.12"}, {version = ">=8.2", python = ">=3.12"}]
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
POETRY_SOURCE = '[[tool.poetry.source]]\nname = "host"\nurl = "INDEX/"\npriority = "primary"\n'
PDM_SOURCE = '[tool.pdm]\ndistribution = false\n[[tool.pdm.source]]\nname = "pypi"\nurl = "INDEX"\n'
UV_TABLE = "[tool.uv]\npackage = false\n"
PIPFILE = """
[[source]]
name = "pypi"
url = "INDEX"
verify_ssl = true
[packages]
flask = ">=3"
docopt = "==0.6.2"
uvicorn = {version = "~=0.30.0", extras = ["standard"]}
colorama = {version = "*", markers = "sys_platform == 'win32'"}
iniconfig = {version = "*", markers = "platform_machine == 'x86_64'"}
[dev-packages]
pytest = ">=8"
[prod]
gunicorn = "*"
"""


Chosen = tuple[tuple[str, ...], tuple[str, ...]]
SEEDS = ("setuptools", "wheel", "packaging")
"""What stands beside pip in a new environment of some Pythons."""
NONE: Chosen = ((), ())
PDM_RUN = ("tool", "run", *PDM)
BOTH: Chosen = (("prod",), ("http",))


class Tool(Struct, frozen=True):
    """One release of a tool: how it locks, and how it installs what `groups` and `extras` say.

    `locks` and `install` are arguments for uv. VENV in them is the environment; with `by_pip` it
    is its own pip that installs.
    """

    file: str
    locks: tuple[tuple[str, ...], ...]
    install: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    by_pip: bool = False

    def small(self) -> "Tool":
        """Return the tool for a smaller project, in which everything has wheels: nothing is built then."""
        line = re.compile(r'^(docopt|uvicorn) = .*\n|"(docopt|uvicorn)[^"]*",? ?', re.MULTILINE)
        return replace(self, files={name: line.sub("", text) for name, text in self.files.items()})

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of bareboat that choose the same groups and extras."""
        return (
            *(part for name in self.groups for part in ("--group", name)),
            *(part for name in self.extras for part in ("--extra", name)),
        )


def poetry(version: str, text: str, *more: str, chosen: Chosen = NONE) -> Tool:
    run = ("tool", "run", "--from", f"poetry=={version}.*", "poetry")
    install = (*run, "install", "--no-root", "--no-interaction", *more)
    return Tool(
        "poetry.lock", ((*run, "lock", "--no-interaction"),), install, {"pyproject.toml": text}, *chosen
    )


def pdm(*strategy: str, more: tuple[str, ...] = (), chosen: Chosen = NONE) -> Tool:
    lock = (*PDM_RUN, "lock", "-G:all", *(("-S", ",".join(strategy)) if strategy else ()))
    install = (*PDM_RUN, "sync", "--no-self", *(more or ("--prod",)))
    return Tool("pdm.lock", (lock,), install, {"pyproject.toml": PROJECT + PDM_SOURCE}, *chosen)


def pipenv(lock: tuple[str, ...] = (), install: tuple[str, ...] = (), chosen: Chosen = NONE) -> Tool:
    run = ("tool", "run", "pipenv")
    return Tool(
        "Pipfile.lock", ((*run, "lock", *lock),), (*run, "sync", *install), {"Pipfile": PIPFILE}, *chosen
    )


def tools() -> dict[str, Tool]:
    """Return every tool, by what a test calls it."""
    project = {"pyproject.toml": PROJECT + UV_TABLE}
    sync = ("sync", "--active", "--frozen", "--no-default-groups")
    compiled = ("pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python", "VENV")
    hashed = (*compiled, "--generate-hashes", "-o", "requirements.txt")
    exported = ("export", "--quiet", "--no-dev", "--extra", "http", "--group", "prod")
    pip_tools = ("tool", "run", "--from", "pip-tools", "pip-compile", "--generate-hashes", "--quiet")
    pip_sync = ("pip", "sync", "--python", "VENV", "pylock.toml")
    require = ("install", "--quiet", "--require-hashes", "-r", "requirements.txt")
    return {
        "uv": Tool("uv.lock", (("lock",),), sync, project),
        "uv, group and extra": Tool(
            "uv.lock", (("lock",),), (*sync, "--extra", "http", "--group", "prod"), project, *BOTH
        ),
        "poetry 1.5": poetry("1.5", OLD, "--only", "main"),
        "poetry 1.8": poetry("1.8", POETRY_1, "--only", "main"),
        "poetry 1.8, group and extra": poetry(
            "1.8", POETRY_1, "--only", "main,prod", "-E", "http", chosen=BOTH
        ),
        "poetry 2": poetry("2.5", PROJECT + POETRY_SOURCE, "--only", "main"),
        "poetry 2, group and extra": poetry(
            "2.5", PROJECT + POETRY_SOURCE, "--only", "main,prod", "-E", "http", chosen=BOTH
        ),
        "poetry 2, tables of poetry 1": poetry("2.5", POETRY_1, "--only", "main"),
        "pdm": pdm(),
        "pdm, group and extra": pdm(more=("-G", "http,prod", "--without", "dev"), chosen=BOTH),
        "pdm, a graph": pdm("no_inherit_metadata"),
        "pdm, static urls": pdm("static_urls"),
        "pdm, lowest versions": pdm("direct_minimal_versions", "inherit_metadata"),
        "pipenv": pipenv(),
        "pipenv, a category": pipenv(
            ("--categories", "packages dev-packages prod"),
            ("--categories", "packages prod"),
            chosen=(("prod",), ()),
        ),
        "pylock.toml": Tool(
            "pylock.toml", ((*compiled, "--format", "pylock.toml", "-o", "pylock.toml"),), pip_sync, project
        ),
        "pylock.toml of uv export": Tool(
            "pylock.toml",
            (("lock",), (*exported, "--format", "pylock.toml", "-o", "pylock.toml")),
            pip_sync,
            project,
            removes=("uv.lock",),
        ),
        "requirements": Tool("requirements.txt", (hashed,), require, project, by_pip=True),
        "requirements of uv export": Tool(
            "requirements.txt",
            (("lock",), (*exported, "-o", "requirements.txt")),
            require,
            project,
            by_pip=True,
            removes=("uv.lock",),
        ),
        "requirements of pip-compile": Tool(
            "requirements.txt", ((*pip_tools, "pyproject.toml"),), require, project, by_pip=True
        ),
    }


def uv_run(*arguments: str, folder: Path, **more: str) -> str:
    """Return what uv prints, run in the folder."""
    return ran(uv.find_uv_bin(), *arguments, folder=folder, **more)


def ran(*command: str, folder: Path, **more: str) -> str:
    quiet = {"UV_NO_PROGRESS": "1", "PIPENV_VERBOSITY": "-1", "PIPENV_YES": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(**quiet, **more),
        capture_output=True,
        check=False,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def locked(tool: Tool, folder: Path) -> Path:
    """Return the folder of the project, its lock made by the tool; its environment is `venv` beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tool.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.replace("INDEX", index()) if "INDEX" in text else text)
    (folder / "main.py").write_text(APP)
    venv = folder.parent / "venv"
    seed = ("--seed",) if tool.by_pip else ()
    uv_run("venv", "--quiet", *seed, "--python", sys.executable, str(venv), folder=folder)
    for arguments in tool.locks:
        uv_run(*filled(arguments, venv), folder=folder, **active(venv))
    for name in tool.removes:
        (folder / name).unlink()
    return folder


def environment_of(tool: Tool, folder: Path, *more: str) -> Path:
    """Return the site-packages of the environment, with what the tool installs of its lock, nothing else."""
    venv = folder.parent / "venv"
    python = f"{venv}/bin/python"
    if tool.by_pip:
        uv_run("pip", "uninstall", "--quiet", "--python", python, *SEEDS, folder=folder)
        ran(python, "-m", "pip", *tool.install, *more, folder=folder)
    else:
        uv_run(*filled(tool.install, venv), *more, folder=folder, **active(venv))
    if tool.by_pip:
        uv_run("pip", "uninstall", "--quiet", "--python", python, "pip", folder=folder)
    (site,) = venv.glob("lib/python*/site-packages")
    return site


def filled(arguments: tuple[str, ...], venv: Path) -> tuple[str, ...]:
    return tuple(f"{venv}/bin/python" if part == "VENV" else part for part in arguments)


def active(venv: Path) -> dict[str, str]:
    return {
        "VIRTUAL_ENV": str(venv),
        "PATH": f"{venv}/bin:{os.environ['PATH']}",
        "POETRY_VIRTUALENVS_CREATE": "false",
        "PDM_CHECK_UPDATE": "0",
        "PIPENV_IGNORE_VIRTUALENVS": "0",
    }


def selected(folder: Path, tool: Tool, cache: Path, target: Target = HOST) -> Lock:
    """Return what bareboat selects for the target."""
    environ = environment()
    with Store(cache) as held:
        project = read.read(folder, environ=environ)
        settings = Settings(groups=tool.groups or None, extras=tool.extras or None)
        locks = Locks(project, settings, environ, offline=False, locked=True)
        return locks.read(target, Tools(held, Client(environ), SILENT, 1))


def installed(site: Path) -> set[tuple[str, str]]:
    """Return name and version of every distribution in a site-packages."""
    found = set()
    for metadata in site.glob("*.dist-info/METADATA"):
        text = metadata.read_text(encoding="utf-8")
        name, version = (re.search(rf"^{key}: *(\S+)", text, re.MULTILINE) for key in ("Name", "Version"))
        assert name is not None, metadata
        assert version is not None, metadata
        found.add((re.sub(r"[-_.]+", "-", name[1]).lower(), version[1]))
    return found


def refused(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bareboat", "plan", str(folder), *arguments],
        capture_output=True,
        check=False,
        text=True,
        env=environment(),
        timeout=280,
    )
