"""A Python that no Debian suite has, from a mirror of python-build-standalone on loopback, really run."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import standalones
from bareboat.sandbox import confined, namespaces
from bareboat.testing.web import Web
from built import Session, bareboat, environment
from standalones import Mirror

pytestmark = pytest.mark.network

SCRIPT = """
import bz2, ctypes, json, lzma, sqlite3, ssl, sys, zlib, zoneinfo
zoneinfo.ZoneInfo("Europe/Berlin")
here = sqlite3.connect(":memory:").execute("select 1").fetchone()
certificates = len(ssl.create_default_context().get_ca_certs())
print(json.dumps([sys.version.split()[0], sys.executable, sys.prefix, sys.base_prefix, here, certificates]))
"""
PROJECT = '[project]\nname = "tiny"\nversion = "1"\n[tool.bareboat]\napp = "python -m hello"\n'
EXTENSION = """
#include <Python.h>
static PyObject *answer(PyObject *self, PyObject *none) { return PyLong_FromLong(42); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_fast", "", -1, methods};
PyMODINIT_FUNC PyInit__fast(void) { return PyModule_Create(&module); }
"""
BUILT = """
[build-system]
requires = ["setuptools>=75"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
py-modules = ["hello"]
ext-modules = [{name = "_fast", sources = ["fast.c"]}]
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A mirror that is served, and the environment that names it."""

    mirror: Mirror
    web: Web
    cache: Path

    def run(self, *arguments: str | Path) -> str:
        more = self.mirror.environ(f"{self.web.url}/releases")
        options = ("--cache-dir", self.cache, "--quiet")
        return bareboat(*arguments, *options, environ=environment(**more, no_proxy="127.0.0.1"))


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Mirror:
    source = standalones.installed("3.12") or standalones.installed("3.10")
    folder = tmp_path_factory.mktemp("standalone") / "releases"
    return standalones.whole(folder, source) if source is not None else standalones.hosts(folder)


@pytest.fixture
def place(mirror: Mirror, images_made: Session) -> Iterator[Place]:
    with Web() as web:
        web.put(f"/releases/{mirror.path.replace('+', '%2B')}", (mirror.folder / mirror.path).read_bytes())
        yield Place(mirror, web, images_made.cache)


def project(folder: Path, mirror: Mirror, text: str = PROJECT) -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(text)
    (folder / "hello.py").write_text(SCRIPT)
    (folder / ".python-version").write_text(f"{mirror.full}\n")
    return folder


@pytest.mark.core
def test_any_version_runs_on_the_debian_base(place: Place, tmp_path: Path) -> None:
    folder = project(tmp_path / "tiny", place.mirror)
    chosen = ("--interpreter", "standalone")
    place.run("lock", folder, *chosen)
    lock = (folder / "bareboat.lock").read_text()
    assert f'path = "{place.mirror.path}"' in lock
    assert "://" not in lock
    plan = json.loads(place.run("plan", folder, "--locked", "--json"))
    assert plan["target"]["python"] == place.mirror.full
    first = place.run("build", folder, "--locked", "--offline", "-o", tmp_path / "image.tar").split()[-1]
    assert "sha256:" in first
    if (reason := namespaces.available()) is not None:
        pytest.skip(reason)
    said = place.run("run", folder, "--locked", "--offline", "--engine", "namespaces")
    version, program, prefix, base, here, certificates = json.loads(said.splitlines()[-1])
    assert version == place.mirror.full
    assert (program, prefix, base) == ("/opt/venv/bin/python", "/opt/venv", "/usr")
    assert here == [1]
    assert certificates > 100


def test_an_extension_is_compiled_for_it(place: Place, tmp_path: Path) -> None:
    if (reason := confined.reason_against()) is not None:
        pytest.skip(reason)
    folder = project(tmp_path / "fast", place.mirror, PROJECT + BUILT)
    (folder / "hello.py").write_text("import _fast\nprint(_fast.answer(), _fast.__file__)\n")
    (folder / "fast.c").write_text(EXTENSION)
    said = place.run("run", folder, "--interpreter", "any", "--engine", "namespaces")
    answer, path = said.split()[-2:]
    assert answer == "42"
    assert path.startswith("/opt/venv/lib/")
