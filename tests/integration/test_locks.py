"""Locks made by every tool: an image has what the tool itself installs, file by file.

Not compared is what each installer writes for itself (INSTALLER, REQUESTED, direct_url.json, scripts) and
bytecode. What an image leaves out of a wheel, and what it trims from ELF files, are held against the
documented rules, applied to the tool's own files.
"""

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from bareboat.elf.trim import trim
from bareboat.lock import Lock, LockedPackage
from bareboat.net.client import Client
from bareboat.oci.digest import Digest
from bareboat.project.content import FileContent
from bareboat.store.cas import Store
from bareboat.wheel import record
from bareboat.wheel.install import install
from bareboat.wheel.policy import dropped
from bareboat.wheel.read import open_wheel
from built import Session, bareboat, environment
from imagefiles import unpacked
from installedfiles import OWN, SOURCES, Files, files, sha256
from locktools import HOST, OTHER, environment_of, installed, locked, refused, selected, tools

pytestmark = pytest.mark.network

TOOLS = tools()
CORE = ("uv", "poetry 2", "pdm", "pipenv", "pylock.toml", "requirements")
NEWER = "3.13.5"


MARKED = [pytest.param(name, marks=pytest.mark.core if name in CORE else pytest.mark.full) for name in TOOLS]


@pytest.mark.parametrize("name", MARKED)
def test_the_image_has_what_the_tool_installs(name: str, images_made: Session, tmp_path: Path) -> None:
    tool = TOOLS[name].small() if name in CORE else TOOLS[name]
    cache, layout = images_made.cache, tmp_path / "image"
    folder = locked(tool, tmp_path / "project")
    arguments = (*tool.flags, "--python", str(HOST.python), "--cache-dir", str(cache), "--quiet")
    bareboat("build", folder, "-o", layout, *arguments)
    (site,) = unpacked(layout, tmp_path / "root").glob("opt/venv/lib/python*/site-packages")
    theirs = environment_of(tool, folder)
    assert installed(site) == installed(theirs)
    assert len(installed(site)) > 6
    lock = selected(folder, tool, cache)
    assert {(one.name, one.version) for one in lock.packages} == installed(site)
    assert files(site) == expected(theirs, lock, cache)
    spoil(folder / tool.file, lock)
    done = refused(folder, *arguments)
    assert done.returncode == 6, done.stderr
    assert "flask" in done.stderr.lower()


def spoil(file: Path, lock: Lock) -> None:
    """Change the hash of flask's wheel in the lock; where any of its files may serve, all their hashes."""
    text = file.read_text()
    flask = lock.find("flask")
    assert flask is not None
    if file.name == "Pipfile.lock":
        held = json.loads(text)
        held["default"]["flask"]["hashes"] = [f"sha256:{'0' * 64}"]
        file.write_text(json.dumps(held))
        return
    if file.name == "requirements.txt":
        found = re.search(r"^flask==.*(\n\s+--hash=.*)+", text, re.MULTILINE)
        assert found is not None
        file.write_text(text.replace(found[0], re.sub("[0-9a-f]{64}", "0" * 64, found[0])))
        return
    assert flask.artifact.sha256 in text
    file.write_text(text.replace(flask.artifact.sha256, "0" * 64))


def expected(site: Path, lock: Lock, cache: Path) -> Files:
    """Return the files of an environment as an image must have them."""
    found = files(site)
    with Store(cache) as store:
        for package in lock.packages:
            held = found[package.name]
            for path in left_out(package, store):
                held.pop(path, None)
            for path in held:
                if (site / path).read_bytes()[:4] == b"\x7fELF":
                    trimmed = trim(FileContent.of(site / path))
                    held[path] = sha256(b"".join(trimmed.chunks()))
    return found


def left_out(package: LockedPackage, store: Store) -> set[str]:
    if package.wheel is None:
        return set()
    blob = store.find(Digest(package.wheel.sha256))
    assert blob is not None
    return set(dropped(open_wheel(blob.path, filename=package.wheel.filename)))


@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in TOOLS if TOOLS[name].install[0] in {"sync", "pip"}])
def test_uv_installs_the_same_for_another_architecture(
    name: str, images_made: Session, tmp_path: Path
) -> None:
    tool = TOOLS[name]
    folder = locked(tool, tmp_path / "project")
    site = environment_of(tool, folder, "--python-platform", f"{OTHER.arch.machine}-manylinux_2_36")
    lock = selected(folder, tool, images_made.cache, OTHER)
    assert {(one.name, one.version) for one in lock.packages} == installed(site)
    client = Client(environment())
    found: Files = {SOURCES: {}}
    with Store(images_made.cache) as store:
        for package in lock.packages:
            if package.wheel is not None:
                found[package.name] = laid_down(package, store, client)
    theirs = expected(site, lock, images_made.cache)
    del theirs[SOURCES], found[SOURCES]
    assert found == theirs


@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in TOOLS if TOOLS[name].install[0] == "pip"])
def test_uv_installs_the_same_for_another_python(name: str, images_made: Session, tmp_path: Path) -> None:
    tool = TOOLS[name]
    target = replace(HOST, python_full=NEWER)
    folder = locked(tool, tmp_path / "project")
    platform = f"{HOST.arch.machine}-manylinux_2_36"
    site = environment_of(tool, folder, "--python-version", NEWER, "--python-platform", platform)
    lock = selected(folder, tool, images_made.cache, target)
    assert {(one.name, one.version) for one in lock.packages} == installed(site)
    loop = lock.find("uvloop")
    assert loop is not None
    assert loop.wheel is not None
    assert "cp313" in loop.wheel.filename
    assert list(site.glob("uvloop/loop.cpython-313-*.so"))


def laid_down(package: LockedPackage, store: Store, client: Client) -> dict[str, str]:
    """Return the rows of RECORD of the installed wheel."""
    wheel = package.wheel
    assert wheel is not None
    digest = Digest(wheel.sha256)
    blob = store.find(digest) or store.put(client.fetch(wheel.url, sha256=wheel.sha256), expect=digest)
    tree = install(open_wheel(blob.path, filename=wheel.filename), python=OTHER.python)
    held = record.find_record(tree)
    assert held is not None
    assert held.content is not None
    rows = record.parse(b"".join(held.content.chunks()), where=wheel.filename)
    return {
        path: str(row.hash).removeprefix("sha256=")
        for path, row in rows.items()
        if not path.startswith("../../../bin/") and path.rpartition("/")[2] not in OWN
    }


@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in TOOLS if TOOLS[name].install[0] == "tool"])
def test_another_architecture_gets_its_own_wheels(name: str, images_made: Session, tmp_path: Path) -> None:
    tool = TOOLS[name]
    folder = locked(tool, tmp_path / "project")
    own, other = (selected(folder, tool, images_made.cache, target) for target in (HOST, OTHER))
    names, others = ({(one.name, one.version) for one in lock.packages} for lock in (own, other))
    assert {name for name, _ in names ^ others} <= {"iniconfig", "pluggy"}
    # PDM joins the markers of all groups that want a package: what pytest needs loses its own.
    assert (names == others) is (tool.file == "pdm.lock" and "graph" not in name)
    loop = other.find("uvloop")
    assert loop is not None
    assert loop.wheel is not None
    assert OTHER.arch.machine in loop.wheel.filename
