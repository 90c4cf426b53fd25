"""Wheels built on the host, where that was asked for."""

import os
import sys
from pathlib import Path

import pytest

import folders
import smallbase
from bareboat.build.bases import Bases
from bareboat.build.builder import Builder
from bareboat.build.prepare import tools_for
from bareboat.build.sources import Laid
from bareboat.build.unconfined import Unconfined
from bareboat.build.workshop import Job
from bareboat.errors import BuildError
from bareboat.lock import BaseLock
from bareboat.plan.settings import Settings
from bareboat.target import Target
from bareboat.testing.wheels import make

TARGET = Target(smallbase.ARCH, smallbase.FULL, (2, 41))
BACKEND = """
import os
def build_wheel(folder, settings=None, metadata=None):
    with open(os.path.join(folder, {name!r}), "wb") as file:
        file.write(bytes.fromhex({data!r}))
    return {name!r}
"""
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@pytest.mark.parametrize("tag", ["py3-none-any", "cp27-cp27m-win32"])
def test_a_wheel_of_the_host(tmp_path: Path, tag: str) -> None:
    held = make("report", "1.0", tag=tag)
    files = {
        "backend.py": BACKEND.format(name=held.filename, data=held.data.hex()),
        "pyproject.toml": PYPROJECT,
    }
    source = folders.make(tmp_path / "work" / "source", files)
    environ = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "UV_CACHE_DIR": str(tmp_path / "uv"),
        "UV_OFFLINE": "1",
    }
    wanted = smallbase.world().wanted(tmp_path, store=tmp_path / "store", environ=environ)
    with tools_for(wanted) as tools:
        lock = BaseLock("trixie", smallbase.ARCH, smallbase.FULL, (), (), 0)
        builder = Builder(tools, Bases(wanted, Settings(), tools), lock, TARGET)
        works = Unconfined(tools, environ, tmp_path, 0, offline=True)
        job = Job("report", Laid(source, ()), (), "backend", (".",))
        assert works.wants(job, builder) == ()
        if tag == "py3-none-any":
            made = works.build(job, builder)
            assert (made.name, made.version, made.filename) == ("report", "1.0", held.filename)
        else:
            with pytest.raises(BuildError, match="does not run on the target"):
                works.build(job, builder)
