"""The locks made, kept and renewed."""

from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat.debian import lockfile
from bareboat.errors import InputError
from bareboat.jobs.build import Request, build
from bareboat.jobs.context import Context
from bareboat.jobs.lock import lock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return smallbase.project(tmp_path / "shop")


def resolving(folder: Path) -> Context:
    """Return a Context whose uv finds the project's own wheels and nothing else."""
    context = smallbase.world().context()
    more = {
        "PIP_FIND_LINKS": str(folder / "wheels"),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": "/dev/null",
        "HOME": str(folder.parent),
        "UV_CACHE_DIR": str(folder.parent / "uv"),
    }
    return replace(context, environ={**context.environ, **more})


def test_what_is_missing_is_written(folder: Path) -> None:
    made = lock(folder, {}, smallbase.world().context())
    assert made.base == folder / lockfile.NAME
    assert made.is_new
    assert made.python is None, "the project has a pylock.toml"
    assert made.origin == "pylock.toml"
    assert lockfile.read(made.base.read_text()) == (made.packages,)
    assert made.lines()[0].startswith(
        f"bareboat.lock: {len(made.packages.packages)} Debian packages of trixie"
    )
    assert made.document()["written"] == [str(made.base)]


def test_what_is_there_is_kept_and_that_is_said(folder: Path) -> None:
    context = smallbase.world().context()
    lock(folder, {}, context)
    before = (folder / lockfile.NAME).stat().st_mtime_ns
    again = lock(folder, {}, context)
    assert (folder / lockfile.NAME).stat().st_mtime_ns == before
    assert not again.is_new
    assert "--upgrade renews them" in again.lines()[0]
    assert again.document()["written"] == []


def test_upgrade_renews_and_keeps_other_architectures(folder: Path) -> None:
    context = resolving(folder)
    made = lock(folder, {}, context)
    other = replace(made.packages, architecture="arm64" if made.packages.architecture == "amd64" else "amd64")
    stale = replace(made.packages, dated=1)
    (folder / lockfile.NAME).write_text(lockfile.render([stale, other]))
    renewed = lock(folder, {}, context, upgrade=True)
    held = lockfile.read((folder / lockfile.NAME).read_text())
    assert renewed.is_new
    assert {one.architecture for one in held} == {"amd64", "arm64"}
    assert renewed.packages.dated == made.packages.dated


def test_a_lock_for_another_architecture_does_not_count(folder: Path) -> None:
    context = smallbase.world().context()
    made = lock(folder, {}, context)
    other = replace(made.packages, architecture="arm64" if made.packages.architecture == "amd64" else "amd64")
    (folder / lockfile.NAME).write_text(lockfile.render([other]))
    assert lock(folder, {}, context).is_new
    assert len(lockfile.read((folder / lockfile.NAME).read_text())) == 2


def test_a_lock_for_another_suite_does_not_count(folder: Path) -> None:
    context = smallbase.world().context()
    made = lock(folder, {}, context)
    (folder / lockfile.NAME).write_text(lockfile.render([replace(made.packages, suite="bookworm")]))
    assert lock(folder, {"suite": "trixie"}, context).is_new
    assert {one.suite for one in lockfile.read((folder / lockfile.NAME).read_text())} == {
        "bookworm",
        "trixie",
    }


def test_a_locked_build_is_the_same_offline(folder: Path) -> None:
    context = smallbase.world().context()
    free = build(Request(folder, stay=True), context)
    lock(folder, {}, context)
    held = build(Request(folder, stay=True, locked=True), replace(context, offline=True))
    assert held.digest == free.digest


def test_unpinned_dependencies_get_a_pylock(folder: Path) -> None:
    (folder / "pylock.toml").unlink()
    context = resolving(folder)
    made = lock(folder, {}, context)
    assert made.python == folder / "pylock.toml"
    assert "pylock.toml written" in made.lines()
    assert 'name = "fastapi"' in (folder / "pylock.toml").read_text()
    again = lock(folder, {}, context)
    assert again.python is None


def test_a_lock_that_cannot_be_read_is_refused_and_kept(folder: Path) -> None:
    (folder / lockfile.NAME).write_bytes(b"\xff")
    with pytest.raises(InputError, match="not UTF-8"):
        lock(folder, {}, smallbase.world().context())
    assert (folder / lockfile.NAME).read_bytes() == b"\xff"


def test_a_script_gets_a_lock_by_its_name(folder: Path) -> None:
    block = '# /// script\n# dependencies = ["fastapi"]\n# ///\n'
    (folder / "tool.py").write_text(f"{block}import fastapi\nprint(fastapi)\n")
    context = resolving(folder)
    made = lock(folder, {"script": "tool.py"}, context)
    assert made.python == folder / "pylock.tool.toml"
    assert 'name = "fastapi"' in made.python.read_text()
    again = lock(folder, {"script": "tool.py"}, context)
    assert (again.python, again.origin) == (None, "pylock.tool.toml")
