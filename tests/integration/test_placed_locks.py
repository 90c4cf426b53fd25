"""Repositories, folders, URLs and a second index in every tool's lock: an image has what the tool installs.

The files of a wheel are compared by their hashes, of what is built from sources its modules: the rest
tells the build's tools, too.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import placedlocks
from bareboat.testing.web import Web
from built import Session, bareboat
from imagefiles import unpacked
from installedfiles import files, sha256
from locktools import HOST, environment_of, installed, locked, refused
from placedlocks import NAMES, Places

pytestmark = [pytest.mark.network, pytest.mark.full]

TOOLS = ("uv", "poetry", "pdm", "pipenv", "requirements")
BUILT = ("placed-git", "placed-path")
LOCKED = ("placed-url", "placed-index")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")
    with Web() as web:
        yield placedlocks.placed(web, tmp_path)


@pytest.mark.parametrize("name", TOOLS)
def test_the_image_has_what_the_tool_installs(
    name: str, places: Places, images_made: Session, tmp_path: Path
) -> None:
    tool = placedlocks.tools(places)[name]
    cache, layout = images_made.cache, tmp_path / "image"
    folder = locked(tool, tmp_path / "project")
    arguments = ("--python", str(HOST.python), "--cache-dir", str(cache), "--quiet")
    bareboat("build", folder, "-o", layout, *arguments)
    (site,) = unpacked(layout, tmp_path / "root").glob("opt/venv/lib/python*/site-packages")
    theirs = environment_of(tool, folder)
    assert installed(site) == installed(theirs)
    assert NAMES.items() <= dict(installed(site)).items()
    assert modules(site) == modules(theirs)
    for package in LOCKED:
        spoiled(folder / tool.file, places.hashes[package], package, *arguments)


def modules(site: Path) -> dict[str, dict[str, str]]:
    """Return the hashes of all files, of what was built those of its modules."""
    return {name: _built(held, site) if name in BUILT else held for name, held in files(site).items()}


def _built(held: dict[str, str], site: Path) -> dict[str, str]:
    """Return the modules; Pipenv installs a repository editable, whose finder says where they are."""
    found = {path: one for path, one in held.items() if path.endswith(".py")}
    finder = next((path for path in found if path.startswith("__editable__")), "")
    if not finder:
        return found
    mapping = re.search(r"^MAPPING.*?= \{'(\w+)': '([^']+)'\}", (site / finder).read_text(), re.MULTILINE)
    assert mapping is not None
    place = Path(mapping[2]) if mapping[2].endswith(".py") else Path(f"{mapping[2]}.py")
    return {f"{mapping[1]}.py": sha256(place.read_bytes())}


def spoiled(lock: Path, digest: str, package: str, *arguments: str) -> None:
    """Hold that another hash in the lock is refused; a requirements file without hashes has none."""
    text = lock.read_text()
    if lock.name == "requirements.txt":
        assert digest not in text
        return
    assert digest in text
    lock.write_text(text.replace(digest, "0" * 64))
    done = refused(lock.parent, *arguments)
    lock.write_text(text)
    assert done.returncode == 6, done.stderr
    assert package in done.stderr.replace("_", "-")
