"""A project whose packages come from a repository, a folder, a URL and a second index, locked by each tool.

Everything lies on this machine: the repository below a file: URL, the rest behind a server of our own.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

import folders
import prepared
from bareboat.testing import wheels
from bareboat.testing.web import File, Web
from locktools import PDM_RUN, Tool

__all__ = ["NAMES", "Places", "placed", "tools"]

NAMES = {"placed-git": "1.2", "placed-path": "2.1", "placed-url": "3.0", "placed-index": "4.0"}
_BACKEND = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


class Places(Struct, frozen=True):
    """Where the packages are, and the sha256 of the two that are wheels."""

    repository: str
    commit: str
    url: str
    index: str
    hashes: Mapping[str, str]


def placed(web: Web, folder: Path) -> Places:
    """Make the packages, and lay them where they come from; `lib` of a project is laid by `tools`."""
    inner = folders.make(
        folder / "repository", {f"inner/{name}": text for name, text in _sources("placed-git")}
    )
    prepared.repository(inner, ["v1.2"])
    commit = prepared.git("rev-parse", "HEAD", folder=inner).strip()
    hashes = {}
    for name in ("placed-url", "placed-index"):
        module = name.replace("-", "_")
        held = wheels.make(module, NAMES[name], {f"{module}.py": f"NAME = {name!r}\n"})
        hashes[name] = hashlib.sha256(held.data).hexdigest()
        web.put(f"/files/{held.filename}", held.data)
        if name == "placed-url":
            url = f"{web.url}/files/{held.filename}"
            continue
        page = f'<!DOCTYPE html><html><body><a href="/files/{held.filename}#sha256={hashes[name]}">'
        page += f"{held.filename}</a></body></html>"
        web.files["/simple/placed-index/"] = File(page.encode(), headers={"Content-Type": "text/html"})
    return Places(inner.as_uri(), commit, url, f"{web.url}/simple", hashes)


def _sources(name: str) -> list[tuple[str, str]]:
    module = name.replace("-", "_")
    project = f'[project]\nname = "{name}"\nversion = "{NAMES[name]}"\n'
    return [("pyproject.toml", f"{project}{_BACKEND}"), (f"{module}.py", f"NAME = {name!r}\n")]


def tools(at: Places) -> dict[str, Tool]:
    """Return each tool with a manifest that names the places in its own way."""
    head = '[project]\nname = "shop"\nversion = "0.1.0"\nrequires-python = ">=3.11,<4"\n'
    lib = {f"lib/{name}": text for name, text in _sources("placed-path")}
    made = {
        "uv": Tool(
            "uv.lock", (("lock",),), ("sync", "--active", "--frozen"), {"pyproject.toml": _uv(at, head)}
        ),
        "poetry": _poetry(at),
        "pdm": Tool(
            "pdm.lock",
            ((*PDM_RUN, "lock"),),
            (*PDM_RUN, "sync", "--no-self", "--prod"),
            {"pyproject.toml": _pdm(at, head)},
        ),
        "pipenv": Tool(
            "Pipfile.lock",
            (("tool", "run", "pipenv", "lock"),),
            ("tool", "run", "pipenv", "sync"),
            {"Pipfile": _pipenv(at)},
        ),
        "requirements": Tool(
            "requirements.txt",
            (),
            ("install", "--quiet", "-r", "requirements.txt"),
            {"requirements.txt": _requirements(at)},
            by_pip=True,
        ),
    }
    return {name: replace(tool, files={**tool.files, **lib}) for name, tool in made.items()}


def _uv(at: Places, head: str) -> str:
    return f"""{head}dependencies = ["placed-git", "placed-path", "placed-url", "placed-index", "iniconfig"]
[tool.uv]
package = false
[tool.uv.sources]
placed-git = {{ git = "{at.repository}", tag = "v1.2", subdirectory = "inner" }}
placed-path = {{ path = "lib" }}
placed-url = {{ url = "{at.url}" }}
placed-index = {{ index = "second" }}
[[tool.uv.index]]
name = "second"
url = "{at.index}"
explicit = true
"""


def _poetry(at: Places) -> Tool:
    run = ("tool", "run", "--from", "poetry==2.5.*", "poetry")
    text = f"""[tool.poetry]
name = "shop"
version = "0.1.0"
package-mode = false
[tool.poetry.dependencies]
python = "^3.11"
iniconfig = "*"
placed-git = {{ git = "{at.repository}", tag = "v1.2", subdirectory = "inner" }}
placed-path = {{ path = "lib" }}
placed-url = {{ url = "{at.url}" }}
placed-index = {{ version = "*", source = "second" }}
[[tool.poetry.source]]
name = "host"
url = "INDEX/"
priority = "primary"
[[tool.poetry.source]]
name = "second"
url = "{at.index}/"
priority = "explicit"
"""
    install = (*run, "install", "--no-root", "--no-interaction", "--only", "main")
    return Tool("poetry.lock", ((*run, "lock", "--no-interaction"),), install, {"pyproject.toml": text})


def _pdm(at: Places, head: str) -> str:
    """Return the manifest. PDM takes a file: URL without a host for one of ssh."""
    return f"""{head}dependencies = [
    "placed-git @ git+{at.repository.replace("file://", "file://localhost")}@v1.2#subdirectory=inner",
    "placed-path @ file:///${{PROJECT_ROOT}}/lib",
    "placed-url @ {at.url}",
    "placed-index",
    "iniconfig",
]
[tool.pdm]
distribution = false
[[tool.pdm.source]]
name = "pypi"
url = "INDEX"
[[tool.pdm.source]]
name = "second"
url = "{at.index}"
"""


def _pipenv(at: Places) -> str:
    """Return the manifest. Pipenv writes no hash for a URL, but keeps the one that stands behind it."""
    return f"""[[source]]
name = "pypi"
url = "INDEX"
verify_ssl = true
[[source]]
name = "second"
url = "{at.index}"
verify_ssl = false
[packages]
iniconfig = "*"
placed-git = {{ git = "{at.repository}", ref = "v1.2", subdirectory = "inner" }}
placed-path = {{ path = "./lib" }}
placed-url = {{ file = "{at.url}#sha256={at.hashes["placed-url"]}" }}
placed-index = {{ version = "*", index = "second" }}
"""


def _requirements(at: Places) -> str:
    return f"""--extra-index-url {at.index}
placed-git @ git+{at.repository}@{at.commit}#subdirectory=inner
./lib
placed-url @ {at.url}
placed-index==4.0
iniconfig==2.0.0
"""
