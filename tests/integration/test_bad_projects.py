"""Ten bad projects through the real command: one line, a hint, the exit code, no traceback, soon."""

import hashlib
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import Struct, field

from bareboat.testing.web import Web
from built import Session, environment

pytestmark = pytest.mark.core

PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["demo"]\n'
ONE, TWO = (f"sha256:{hashlib.sha256(text).hexdigest()}" for text in (b"one", b"two"))
OLD = "Programming Language :: Python"
COMMIT = "0" * 40
WINDOWS = f"""
lock-version = "1.0"
created-by = "test"
[[packages]]
name = "demo"
version = "1.0"
[[packages.wheels]]
url = "https://index.invalid/demo-1.0-cp313-cp313-win_amd64.whl"
hashes = {{ sha256 = "{ONE[7:]}" }}
"""
STALE = """
version = 1
requires-python = ">=3.11"
[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "other" }]
[package.metadata]
requires-dist = [{ name = "other" }]
"""


class Bad(Struct, frozen=True):
    """A project as its files, and how it is refused; `size` is that of a file without end."""

    files: Mapping[str, str]
    code: int
    says: str
    hint: str
    size: int = 0
    environ: Mapping[str, str] = field(default_factory=dict)
    needs_base: bool = False


CASES = {
    "broken TOML": Bad(
        {"pyproject.toml": "[project\nname = 1\n"}, 2, "pyproject.toml:1: not valid TOML", "mend"
    ),
    "lock out of date": Bad(
        {"pyproject.toml": PROJECT, "uv.lock": STALE},
        2,
        "uv.lock: older than pyproject.toml",
        "uv lock",
        needs_base=True,
    ),
    "conflicting hashes": Bad(
        {"requirements.txt": f"demo==1.0 --hash={ONE}\ndemo==1.0 --hash={TWO}\n"},
        2,
        "requirements.txt:2: demo is listed twice with other hashes",
        "lock again",
        needs_base=True,
    ),
    "missing git": Bad(
        {"requirements.txt": f"demo @ git+https://127.0.0.1:9/demo@{COMMIT}\n"},
        2,
        "git",
        "git",
        environ={"PATH": "/nonexistent"},
        needs_base=True,
    ),
    "Python 2": Bad(
        {"main.py": 'print "hello"\n', "requirements.txt": "demo\n"},
        2,
        "main.py:1: is Python 2 .missing parentheses in call to 'print'",
        "port it to Python 3",
    ),
    "Python 2 by its classifiers": Bad(
        {"setup.py": f"from distutils.core import setup\nsetup(name='old', classifiers=['{OLD} :: 2.7'])\n"},
        2,
        "setup.py classifiers: asks for Python 2.7, which ended in 2020",
        "port it to Python 3",
    ),
    "Python 2 by python_requires": Bad(
        {"setup.py": "from setuptools import setup\nsetup(name='old', python_requires='>=2.6,<3')\n"},
        2,
        "setup.py: the project is for Python 2 .<3,>=2.6., which ended in 2020",
        "port it to Python 3",
    ),
    "setup.py in Python 2": Bad(
        {"main.py": "print 1\n", "setup.py": "from setuptools import setup\nprint 'x'\nsetup(name='old')\n"},
        2,
        "main.py:1: is Python 2 .missing parentheses in call to 'print'.$",
        "port it to Python 3",
    ),
    "runtime of Python 2": Bad(
        {"requirements.txt": "demo\n", "runtime.txt": "python-2.7.18\n"},
        2,
        "runtime.txt:1: asks for Python 2.7.18, which ended in 2020",
        "--python 3.13",
    ),
    "cyclic -r": Bad(
        {"requirements.txt": "-r more.txt\n", "more.txt": "-r requirements.txt\n"},
        2,
        r"requirements.txt: includes itself \(requirements.txt → more.txt → requirements.txt\)",
        "-r",
    ),
    "lock for another platform only": Bad(
        {"pyproject.toml": PROJECT, "pylock.toml": WINDOWS},
        3,
        "demo 1.0 has no wheel for CPython",
        "another",
        needs_base=True,
    ),
    "path outside the folder": Bad(
        {"requirements.txt": "../neighbour\n"}, 2, "../neighbour", ".", needs_base=True
    ),
    "100 MB requirements file": Bad(
        {"requirements.txt": "demo==1.0\n"},
        2,
        r"requirements.txt: has 1\d+ bytes, more than",
        "right file",
        size=100 << 20,
    ),
    "20 MB requirements file": Bad(
        {"requirements.txt": "demo==1.0\n"},
        2,
        r"requirements.txt: has 2\d+ characters, more",
        "right file",
        size=20 << 20,
    ),
}


def lay(folder: Path, bad: Bad) -> Path:
    folder.mkdir()
    for name, text in {"main.py": "print(1)\n", **bad.files}.items():
        (folder / name).write_text(text * max(1, bad.size // len(text) if name == "requirements.txt" else 1))
    return folder


def refused(folder: Path, cache: Path, bad: Bad, *flags: str) -> str:
    """Run the command and hold what a refusal is; return its line."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "bareboat", "build", str(folder), "--app", "python -m main"]
    done = subprocess.run(
        [*command, "--cache-dir", str(cache), "-q", "-o", str(folder.parent / "image.tar"), *flags],
        check=False,
        capture_output=True,
        text=True,
        env=environment(**bad.environ),
        timeout=250,
    )
    shown = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == bad.code, shown
    assert "Traceback" not in shown
    (error,) = (line for line in done.stderr.splitlines() if line.startswith("error: "))
    (hint,) = (line for line in done.stderr.splitlines() if line.startswith("hint: "))
    assert re.search(bad.says, error), error
    assert re.search(bad.hint, hint), hint
    assert not (folder.parent / "image.tar").exists()
    assert time.monotonic() - begun < 120
    return error


@pytest.mark.parametrize("name", [name for name, bad in CASES.items() if not bad.needs_base])
def test_a_bad_project_is_refused(name: str, tmp_path: Path) -> None:
    refused(lay(tmp_path / "bad", CASES[name]), tmp_path / "cache", CASES[name], "--offline")


@pytest.mark.network
@pytest.mark.parametrize("name", [name for name, bad in CASES.items() if bad.needs_base])
def test_a_bad_project_is_refused_once_the_base_is_known(
    name: str, tmp_path: Path, images_made: Session
) -> None:
    refused(lay(tmp_path / "bad", CASES[name]), images_made.cache, CASES[name])


@pytest.mark.network
def test_a_private_index_without_credentials(tmp_path: Path, images_made: Session) -> None:
    with Web() as web:
        web.put("/simple/demo/", b"<!DOCTYPE html><html></html>", login="user:secret")
        bad = Bad(
            {"requirements.txt": f"--index-url {web.url}/simple\ndemo==1.0\n"},
            4,
            "the index refuses access .401.",
            "credentials",
            environ={"no_proxy": "127.0.0.1"},
        )
        error = refused(lay(tmp_path / "bad", bad), images_made.cache, bad)
    assert "secret" not in error
