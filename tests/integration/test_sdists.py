"""Packages without a wheel: compiled in the sandbox from real sources, and hostile ones that harm nothing."""

import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import sources
from bareboat.sandbox import confined
from built import Session, bareboat, environment, run

pytestmark = pytest.mark.network

SETUPTOOLS = '[build-system]\nrequires = ["setuptools>=75"]\nbuild-backend = "setuptools.build_meta"\n'
OWN = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
TINY = """
#include <Python.h>
static PyObject *answer(PyObject *self, PyObject *none) { return PyLong_FromLong(ANSWER); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "%s", "", -1, methods};
PyMODINIT_FUNC PyInit_%s(void) { return PyModule_Create(&module); }
"""
EXTENSION = """
from setuptools import Extension, setup
from pathlib import Path
NAMED = {} if "[project]" in Path("pyproject.toml").read_text() else {"version": "1.0"}
if NAMED:
    NAMED["name"] = Path("PKG-INFO").read_text().split("Name: ")[1].split()[0]
setup(**NAMED, ext_modules=[Extension("%s", ["%s"], define_macros=[("ANSWER", "42")])])
"""
CYTHON = SETUPTOOLS.replace(">=75", '>=75", "cython>=3')


@pytest.fixture(autouse=True)
def _sandbox() -> None:
    if (reason := confined.reason_against()) is not None:
        pytest.skip(reason)


def sdist(folder: Path, name: str, files: Mapping[str, str]) -> Path:
    """Write a source archive with PKG-INFO, the same bytes each time."""
    path = folder / f"{name}-1.0.tar.gz"
    info = f"Metadata-Version: 2.2\nName: {name}\nVersion: 1.0\n"
    with tarfile.open(path, "w:gz") as archive:
        for inside, text in {**files, "PKG-INFO": info}.items():
            member = tarfile.TarInfo(f"{name}-1.0/{inside}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def project(folder: Path, name: str, files: Mapping[str, str]) -> Path:
    """Write a project that needs one package, locked as sources alone."""
    folder.mkdir()
    digest = hashlib.sha256(sdist(folder, name, files).read_bytes()).hexdigest()
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["{name}"]\n'
        '[tool.bareboat]\ncommand = ["python", "-m", "shop"]\n'
    )
    (folder / "shop.py").write_text(f"import {name}; print({name}.answer())\n")
    (folder / "pylock.toml").write_text(
        'lock-version = "1.0"\ncreated-by = "test"\n\n[[packages]]\n'
        f'name = "{name}"\nversion = "1.0"\n'
        f'sdist = {{ path = "{name}-1.0.tar.gz", hashes = {{ sha256 = "{digest}" }} }}\n'
    )
    return folder


def refused(folder: Path, cache: Path) -> str:
    """Return what the program says when it refuses to build."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "bareboat",
            "build",
            str(folder),
            "--cache-dir",
            str(cache),
            "-o",
            str(folder / "x.tar"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        timeout=250,
    )
    assert done.returncode == 7, done.stderr[-4000:]
    assert "Traceback (most recent call last)" not in done.stderr.splitlines()[0]
    assert not (folder / "x.tar").exists()
    return done.stderr


def says(folder: Path, cache: Path, timeout: float = 280) -> str:
    """Return what the image of a project prints."""
    given = ("--engine", "namespaces", "--cache-dir", cache, "--quiet")
    return bareboat("run", folder, *given, timeout=timeout)


@pytest.mark.core
def test_psycopg2_is_compiled_and_finds_its_library(images_made: Session, tmp_path: Path) -> None:
    folder = shutil.copytree(sources.ROOT / "examples" / "source", tmp_path / "source")
    plan = bareboat("plan", folder, "--json", "--cache-dir", images_made.cache, "--quiet")
    assert "has libpq.so.5, needed by psycopg2" in plan
    bareboat("run", folder, "--engine", "namespaces", "--check", "--cache-dir", images_made.cache, "--quiet")


@pytest.mark.core
def test_two_builds_give_the_same_wheel(images_made: Session, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": SETUPTOOLS,
        "setup.py": EXTENSION % ("tiny", "tiny.c"),
        "tiny.c": TINY % ("tiny", "tiny"),
    }
    folder = project(tmp_path / "shop", "tiny", files)
    digests = []
    for number in (1, 2):
        cache = tmp_path / f"cache{number}"
        if images_made.cache.exists():  # by hard links: a store replaces files and changes none
            shutil.copytree(images_made.cache, cache, symlinks=True, copy_function=os.link)
        shutil.rmtree(cache / "records" / "sdist-wheel", ignore_errors=True)
        out = tmp_path / f"{number}.json"
        bareboat(
            "build",
            folder,
            "--cache-dir",
            cache,
            "-o",
            tmp_path / f"{number}.tar",
            "--metadata-file",
            out,
            "--quiet",
            umask=0o077 if number == 2 else 0o022,
        )
        digests.append(json.loads(out.read_text())["containerimage.digest"])
        if number == 2:
            assert says(folder, cache).strip() == "42"
        shutil.rmtree(cache, ignore_errors=True)
    assert digests[0] == digests[1]


def test_a_cython_extension(images_made: Session, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": CYTHON,
        "setup.py": EXTENSION % ("fast", "fast.pyx"),
        "fast.pyx": "def answer():\n    cdef int i, total = 0\n    for i in range(7):\n"
        "        total += i * 2\n    return total\n",
    }
    folder = project(tmp_path / "shop", "fast", files)
    assert says(folder, images_made.cache).strip() == "42"


def test_a_project_of_c_itself(images_made: Session, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        SETUPTOOLS + '[project]\nname = "own"\nversion = "2"\n[project.scripts]\nown = "start:main"\n'
        '[tool.setuptools]\npy-modules = ["start"]\n'
    )
    (folder / "setup.py").write_text(EXTENSION % ("_own", "own.c"))
    (folder / "own.c").write_text(TINY % ("_own", "_own"))
    (folder / "start.py").write_text("def main():\n    import _own\n    print(_own.answer())\n")
    assert says(folder, images_made.cache).strip() == "42"


HOSTILE = """
import os, socket, subprocess, sys
from pathlib import Path
found = []
def attempt(what, act):
    try:
        act()
    except BaseException as error:
        print(f"{what}: {type(error).__name__}", flush=True)
    else:
        print(f"{what}: DONE", flush=True)
attempt("home", lambda: Path(HOME, "secret").read_text())
attempt("shadow", lambda: Path("/etc/shadow").read_text())
attempt("proc", lambda: Path(f"/proc/{HOSTPID}/environ").read_bytes())
attempt("network", lambda: socket.create_connection(("127.0.0.1", PORT), 3))
attempt("abstract", lambda: socket.socket(socket.AF_UNIX).connect("\\0bareboat-test"))
attempt("outside", lambda: Path(HOME, "written").write_text("x"))
attempt("root", lambda: Path("/usr/written").write_text("x"))
attempt("requirements", lambda: Path("/opt/venv/written").write_text("x"))
attempt("kill", lambda: os.kill(1, 9) or os.stat("/none"))
raise SystemExit("enough")
"""


@pytest.mark.core
def test_hostile_sources_see_and_change_nothing(images_made: Session, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret").write_text("a key")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("\0bareboat-test")
        abstract.listen()
        names = f"HOME = {str(home)!r}; PORT = {server.getsockname()[1]}; HOSTPID = {os.getpid()}\n"
        folder = project(tmp_path / "shop", "evil", {"pyproject.toml": OWN, "backend.py": names + HOSTILE})
        said = refused(folder, images_made.cache)
    assert "error: evil 1.0: the build failed" in said
    for what in ("home", "shadow", "proc", "network", "abstract", "outside", "root", "requirements", "kill"):
        assert f"{what}: DONE" not in said
        assert f"{what}: " in said
    assert sorted(path.name for path in home.iterdir()) == ["secret"]


@pytest.mark.core
def test_forking_without_end_is_ended_and_reported(images_made: Session, tmp_path: Path) -> None:
    code = "import os, time\nwhile True:\n    os.fork()\n"
    folder = project(tmp_path / "shop", "evil", {"pyproject.toml": OWN, "backend.py": code})
    began = time.monotonic()
    assert "Resource temporarily unavailable" in refused(folder, images_made.cache)
    assert time.monotonic() - began < 120


STAYS = """
import os, signal, subprocess, sys, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
child = "import time; time.sleep(900)"
for number in range(4):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv(sys.executable, [sys.executable, "-c", child, MARK])
        os._exit(0)
print("they run", flush=True)
time.sleep(900)
"""


def running(mark: str) -> list[int]:
    """Return the processes of this machine that have `mark` among their arguments."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "cmdline").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def test_a_build_killed_leaves_no_process_of_hostile_sources(images_made: Session, tmp_path: Path) -> None:
    mark = f"left-by-{os.getpid()}-{time.monotonic_ns()}"
    text = f"MARK = {mark!r}\n{STAYS}"
    folder = project(tmp_path / "shop", "evil", {"pyproject.toml": OWN, "backend.py": text})
    program = (sys.executable, "-m", "bareboat", "build", str(folder), "-o", str(folder / "x.tar"), "--quiet")
    process = subprocess.Popen(
        [*program, "--cache-dir", str(images_made.cache)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert within(250, lambda: len(running(mark)) >= 4)
    finally:
        process.kill()
        process.wait()
    assert within(10, lambda: running(mark) == [])


LINKS = """
import os
def build_wheel(folder, settings=None, metadata=None):
    os.symlink("/etc/passwd", os.path.join(folder, "evil-1.0-py3-none-any.whl"))
    return "evil-1.0-py3-none-any.whl"
"""


def test_a_wheel_that_is_a_link_is_not_followed(images_made: Session, tmp_path: Path) -> None:
    folder = project(tmp_path / "shop", "evil", {"pyproject.toml": OWN, "backend.py": LINKS})
    assert "evil 1.0: the backend left no evil-1.0-py3-none-any.whl" in refused(folder, images_made.cache)


def test_a_missing_header_names_the_package(images_made: Session, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": SETUPTOOLS,
        "setup.py": EXTENSION % ("tiny", "tiny.c"),
        "tiny.c": "#include <libpq-fe.h>\n" + TINY % ("tiny", "tiny"),
    }
    said = refused(project(tmp_path / "shop", "tiny", files), images_made.cache)
    assert "the header libpq-fe.h is missing" in said
    assert 'in pyproject.toml: [tool.bareboat.build] packages = ["libpq-dev"]' in said


@pytest.mark.full
@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    ("requirement", "code"),
    [
        ("mysqlclient", "import MySQLdb; print(MySQLdb.get_client_info())"),
        ("python-ldap", "import ldap; print(ldap.VENDOR_VERSION)"),
        ("uwsgi", "import subprocess; print(subprocess.check_output(['uwsgi', '--version'], text=True))"),
        ("lxml", "import lxml.etree; print(lxml.etree.LIBXML_VERSION)"),
    ],
)
def test_what_is_published_as_sources_alone(
    images_made: Session, tmp_path: Path, requirement: str, code: str
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'
        f'dependencies = ["{requirement}"]\n'
        '[tool.bareboat]\ncommand = ["python", "-m", "shop"]\n'
    )
    (folder / "shop.py").write_text(code + "\n")
    if requirement == "lxml":  # has wheels: a lock without them
        uv = Path(sys.executable).parent / "uv"
        built = ("--no-binary", requirement, "--no-deps", "--python", sys.executable, "--quiet")
        run(uv, "pip", "compile", "pyproject.toml", *built, "-o", "pylock.toml", folder=folder)
    assert says(folder, images_made.cache, timeout=1400).strip()
