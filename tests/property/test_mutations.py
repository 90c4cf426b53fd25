"""A sound manifest or lock with one value spoiled: it is read, or refused by an error of ours, never else.

Whole projects are read, the way a build reads them: the folder first, then its lock. What is put in
place of a value are values of other types and odd ones of the same.
"""

import copy
import json
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lockfixtures
from bareboat.build import ownlocks
from bareboat.build.wishes import wishes
from bareboat.errors import BareboatError
from bareboat.project import (
    pdmlock,
    pdmstale,
    pipfilelock,
    poetry,
    poetrylock,
    pylock,
    read,
    uvlock,
    uvstale,
)
from bareboat.project.project import Project, SourceKind
from folders import DIGEST, TARGET, choose

PYPROJECT: dict[str, Any] = {
    "build-system": {"requires": ["hatchling"], "build-backend": "hatchling.build", "backend-path": ["."]},
    "project": {
        "name": "shop",
        "version": "1.0",
        "description": "x",
        "license": "MIT",
        "requires-python": ">=3.11",
        "dependencies": ["flask>=1; os_name == 'posix'"],
        "optional-dependencies": {"http": ["flask"]},
        "scripts": {"shop": "shop:main"},
        "dynamic": ["readme"],
    },
    "dependency-groups": {"dev": ["pytest", {"include-group": "lint"}], "lint": []},
    "tool": {
        "bareboat": {"port": 80, "env": {"A": "b"}, "packages": ["libx"], "build": {"packages": ["gcc"]}},
        "uv": {"workspace": {"members": ["a"]}, "package": True, "index": [{"url": "https://host/x"}]},
        "setuptools": {"dynamic": {"dependencies": {"file": ["r.txt"]}}},
        "fastapi": {"entrypoint": "shop:app"},
    },
}
POETRY: dict[str, Any] = {
    "tool": {
        "poetry": {
            "name": "shop",
            "version": "1",
            "package-mode": False,
            "dependencies": {
                "python": "^3.11",
                "flask": {"version": "^1", "extras": ["a"], "optional": True, "markers": "os_name == 'nt'"},
                "click": [{"version": "*", "python": "<4"}],
                "own": {"path": "../own"},
            },
            "group": {"dev": {"optional": True, "dependencies": {"pytest": "*"}}},
            "extras": {"http": ["flask"]},
            "scripts": {"shop": "shop:main"},
            "source": [{"name": "pypi", "priority": "primary", "url": "https://host/x"}],
        }
    }
}
WHEEL = {"url": "https://host/flask-1.0-py3-none-any.whl", "hash": f"sha256:{DIGEST}", "size": 7}
UVLOCK: dict[str, Any] = {
    "version": 1,
    "revision": 3,
    "requires-python": ">=3.11",
    "resolution-markers": ["os_name == 'posix'"],
    "conflicts": [[{"package": "shop", "extra": "http"}, {"package": "shop", "group": "dev"}]],
    "package": [
        {
            "name": "shop",
            "version": "1.0",
            "source": {"editable": "."},
            "dependencies": [{"name": "flask", "extra": ["x"], "marker": "os_name == 'posix'"}],
            "optional-dependencies": {"http": [{"name": "flask"}]},
            "dev-dependencies": {"dev": [{"name": "flask"}]},
            "metadata": {
                "requires-dist": [
                    {"name": "flask", "specifier": ">=1", "marker": "os_name == 'posix'"},
                    {"name": "flask", "marker": "extra == 'http'"},
                ],
                "provides-extras": ["http"],
                "requires-dev": {"dev": [{"name": "flask"}]},
            },
        },
        {
            "name": "flask",
            "version": "1.0",
            "source": {"registry": "https://host/simple"},
            "sdist": {"url": "https://host/flask-1.0.tar.gz", "hash": f"sha256:{DIGEST}", "size": 7},
            "wheels": [WHEEL],
        },
    ],
}
PYLOCK: dict[str, Any] = {
    "lock-version": "1.0",
    "environments": ["os_name == 'posix'"],
    "requires-python": ">=3.11",
    "extras": ["http"],
    "dependency-groups": ["dev"],
    "default-groups": ["dev"],
    "created-by": "x",
    "packages": [
        {
            "name": "flask",
            "version": "1.0",
            "marker": "os_name == 'posix'",
            "requires-python": ">=3.8",
            "dependencies": [{"name": "click"}],
            "index": "https://host/simple",
            "sdist": {"url": "https://host/flask-1.0.tar.gz", "hashes": {"sha256": DIGEST}},
            "wheels": [{"url": WHEEL["url"], "size": 7, "hashes": {"sha256": DIGEST}}],
        },
        {"name": "own", "directory": {"path": "own", "editable": True}, "marker": "os_name == 'nt'"},
        {
            "name": "there",
            "vcs": {"type": "git", "url": "https://host/x", "commit-id": "0" * 40},
            "marker": "os_name == 'nt'",
        },
    ],
}
PIPFILE: dict[str, Any] = {
    "source": [{"name": "pypi", "url": "https://host/simple", "verify_ssl": True}],
    "packages": {"flask": {"version": "*", "extras": ["a"]}, "own": {"path": "own"}},
    "dev-packages": {"pytest": "*"},
    "requires": {"python_version": "3.11"},
}
PIPFILE_LOCK: dict[str, Any] = {
    "_meta": {
        "hash": {"sha256": DIGEST},
        "pipfile-spec": 6,
        "requires": {"python_version": "3.11"},
        "sources": [{"name": "pypi", "url": "https://host/simple", "verify_ssl": True}],
    },
    "default": {
        "flask": {
            "version": "==1.0",
            "hashes": [f"sha256:{DIGEST}"],
            "index": "pypi",
            "markers": "os_name == 'nt'",
            "extras": ["a"],
        },
        "there": {"git": "https://host/x", "ref": "0" * 40},
    },
    "develop": {},
}
TEXTS = (
    "",
    "x",
    "flask",
    "1.0",
    ">=3",
    "==",
    "../../x",
    "a\nb",
    "\x00",
    "é" * 3,
    "sha256:00",
    "git+x://",
    "[",
    "/",
)
ODD: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(
        [None, True, 0, -1, 2**70, 1.5, [], {}, [[]], [{}], {"": ""}, {"x": {"y": [1]}}, [1, "a"]]
    ),
    st.text(max_size=6),
)
PROGRAM = "import flask\napp = flask.Flask(__name__)\n"


def toml(value: Any) -> str:
    """Return a value as inline TOML; what TOML has not is text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return quoted(value or "") if value is None or isinstance(value, str) else json.dumps(value)


def quoted(text: str) -> str:
    return json.dumps(text).replace("\x7f", "\\u007f")


def document(table: dict[str, Any]) -> str:
    return "".join(f"{quoted(key)} = {toml(one)}\n" for key, one in table.items())


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value inside, the outermost first."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(value[key], (*path, key))


def laid(folder: Path, files: Mapping[str, dict[str, Any]]) -> Path:
    """Write the files and a program into `folder`."""
    (folder / "main.py").write_text(PROGRAM)
    for name, held in files.items():
        text = json.dumps(held) if name == "Pipfile.lock" else document(held)
        (folder / name).write_text(text, encoding="utf-8", errors="surrogatepass")
    return folder


def spoiled(whole: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """Return a copy with one value replaced, taken out, or told twice."""
    made = copy.deepcopy(whole)
    *way, last = data.draw(st.sampled_from(list(places(made))))
    held: Any = made
    for key in way:
        held = held[key]
    what = data.draw(st.sampled_from(["put", "put", "put", "drop", "twice"]))
    if what == "drop":
        del held[last]
    elif what == "twice" and isinstance(held, list):
        held.append(copy.deepcopy(held[last]))
    else:
        held[last] = data.draw(ODD)
    return made


def poetry_lock() -> dict[str, Any]:
    return tomllib.loads(lockfixtures.text("poetry-2.1", "poetry.lock"))


def pdm_lock() -> dict[str, Any]:
    return tomllib.loads(lockfixtures.text("pdm-4.5.1", "pdm.lock"))


KINDS: dict[str, tuple[dict[str, Callable[[], dict[str, Any]]], str]] = {
    "pyproject.toml": ({"pyproject.toml": lambda: PYPROJECT}, "pyproject.toml"),
    "poetry's pyproject.toml": ({"pyproject.toml": lambda: POETRY}, "pyproject.toml"),
    "uv.lock": ({"pyproject.toml": lambda: PYPROJECT, "uv.lock": lambda: UVLOCK}, "uv.lock"),
    "pylock.toml": ({"pyproject.toml": lambda: PYPROJECT, "pylock.toml": lambda: PYLOCK}, "pylock.toml"),
    "poetry.lock": ({"pyproject.toml": lambda: POETRY, "poetry.lock": poetry_lock}, "poetry.lock"),
    "pdm.lock": ({"pyproject.toml": lambda: PYPROJECT, "pdm.lock": pdm_lock}, "pdm.lock"),
    "Pipfile": ({"Pipfile": lambda: PIPFILE, "Pipfile.lock": lambda: PIPFILE_LOCK}, "Pipfile"),
    "Pipfile.lock": ({"Pipfile": lambda: PIPFILE, "Pipfile.lock": lambda: PIPFILE_LOCK}, "Pipfile.lock"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_spoiled_is_read_to_its_end(kind: str, tmp_path: Path) -> None:
    whole(laid(tmp_path, {file: make() for file, make in KINDS[kind][0].items()}))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_spoiled_value_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    files, target = KINDS[kind]
    with tempfile.TemporaryDirectory() as name:
        held = {file: spoiled(make(), data) if file == target else make() for file, make in files.items()}
        folder = laid(Path(name), held)
        with suppress(BareboatError):
            whole(folder)


def whole(folder: Path) -> None:
    """Read the folder and its lock as a build does, up to what would ask an index."""
    project = read.read(folder, environ={})
    wishes(project, python=None, suite=None)
    source = project.source
    if source.kind is SourceKind.UV_LOCK:
        uv(project, source.path.read_text())
    elif source.kind is SourceKind.PYLOCK:
        pylock.read(source.path.read_text(), where="pylock.toml", target=TARGET, choose=choose, folder=folder)
    elif source.kind.has_own_tool:
        pinned(project)


def pinned(project: Project) -> None:
    """Read a lock whose hash of the manifest says that it is stale, then what it holds all the same."""
    source, folder = project.source, project.folder
    with suppress(BareboatError):
        ownlocks.read(
            source, project=project, target=TARGET, environ={}, extras=("http",), groups=()
        ).pinned()
    text = source.path.read_text()
    common: dict[str, Any] = {"where": source.path.name, "target": TARGET, "choose": choose, "folder": folder}
    if source.kind is SourceKind.POETRY_LOCK:
        tool = poetry.table(tomllib.loads((folder / "pyproject.toml").read_text()).get("tool", {}))
        poetrylock.read(text, **common, tool=tool, environ={}, extras=("http",), groups=())
    elif source.kind is SourceKind.PDM_LOCK:
        declared = pdmstale.declared(tomllib.loads((folder / "pyproject.toml").read_text()))
        pdmlock.read(text, **common, declared=declared)
    else:
        pipfilelock.read(text, **common, environ={}, groups=("develop",))


def uv(project: Project, text: str) -> None:
    root = project.name.value if project.name is not None else ""
    uvstale.check(
        text,
        where="uv.lock",
        target=TARGET,
        root=root,
        dependencies=[fact.value for fact in project.dependencies],
        extras=dict(project.extras),
        groups={},
    )
    uvlock.read(
        text,
        where="uv.lock",
        target=TARGET,
        choose=choose,
        root=root,
        folder=project.folder,
        extras=(),
        groups=("dev",),
    )
