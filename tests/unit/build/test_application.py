"""The project itself: built by a backend of its own, and its files below /app."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import folders
import smallbase
from bareboat.build.application import BuiltWheel, Maker, source, version_of
from bareboat.build.bytecode import Bytecode
from bareboat.build.prepare import tools_for
from bareboat.build.tools import Tools
from bareboat.errors import InputError
from bareboat.facts.artifact import Role
from bareboat.lock import LockedRequirement
from bareboat.project import files, read
from bareboat.target import Target
from bareboat.wheel.bytecode import Interpreter

TARGET = Target(smallbase.ARCH, smallbase.FULL, (2, 41))
# Counts its runs in a file that the test names; the wheel's bytes differ each time, its files do not.
BACKEND = """
import os, time, zipfile
def build_wheel(folder, settings=None, metadata=None):
    with open({count!r}, "a") as file:
        file.write("x")
    now = time.localtime(time.time() + len(open({count!r}).read()) * 10)[:6]
    files = {{
        "report.py": open("report.py").read(),
        "report-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: report\\nVersion: 1.0\\n",
        "report-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }}
    import base64, hashlib
    lines = []
    with zipfile.ZipFile(os.path.join(folder, "report-1.0-py3-none-any.whl"), "w") as wheel:
        for name, text in files.items():
            hashed = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
            lines.append(f"{{name}},sha256={{hashed}},{{len(text.encode())}}\\n")
            wheel.writestr(zipfile.ZipInfo(name, now), text)
        lines.append("report-1.0.dist-info/RECORD,,\\n")
        wheel.writestr(zipfile.ZipInfo("report-1.0.dist-info/RECORD", now), "".join(lines))
    return "report-1.0-py3-none-any.whl"
"""
PYPROJECT = """
[build-system]
requires = {requires}
build-backend = "backend"
backend-path = ["own"]
[project]
name = "report"
version = "1.0"
[project.scripts]
report = "report:main"
"""


@contextmanager
def tools(folder: Path) -> Iterator[Tools]:
    with tools_for(smallbase.world().wanted(folder, store=folder.parent / "store")) as held:
        yield held


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folders.make(
        tmp_path / "report",
        {
            "pyproject.toml": PYPROJECT.format(requires=[]),
            "own/backend.py": BACKEND.format(count=str(tmp_path / "count")),
            "report.py": "def main():\n    return 42\n",
        },
    )


def environ(folder: Path) -> dict[str, str]:
    return {
        "HOME": str(folder.parent),
        "PATH": os.environ["PATH"],
        "UV_CACHE_DIR": str(folder.parent / "uv"),
        "UV_OFFLINE": "1",
    }


def maker(folder: Path, pinned: tuple[LockedRequirement, ...] | None = ()) -> Maker:
    return Maker(read.read(folder, environ=environ(folder)), pinned, environ(folder), 0, offline=True)


def runs(folder: Path) -> int:
    count = folder.parent / "count"
    return len(count.read_text()) if count.exists() else 0


def bytecode(held: Tools) -> Bytecode:
    return Bytecode(held, "host", lambda: Interpreter((sys.executable,), {}, smallbase.FULL))


def test_the_backend_runs_only_when_something_changed(folder: Path) -> None:
    with tools(folder) as held:
        first = maker(folder).build(held)
        assert maker(folder).build(held) == first
        assert runs(folder) == 1
        (folder / "report.py").write_text("def main():\n    return 43\n")
        assert maker(folder).build(held) != first
        assert runs(folder) == 2


def test_the_projects_folder_is_left_alone(folder: Path) -> None:
    before = sorted(path.name for path in folder.rglob("*"))
    with tools(folder) as held:
        maker(folder).build(held)
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_the_result_is_named_by_its_files_not_by_its_zip(folder: Path, tmp_path: Path) -> None:
    artifacts, zips = [], []
    for number in (1, 2):
        wanted = smallbase.world().wanted(folder, store=tmp_path / f"store{number}")
        with tools_for(wanted) as held, bytecode(held) as compiler:
            built = maker(folder).build(held)
            zips.append(built.path.read_bytes())
            artifacts.append(maker(folder).ready(held, built, TARGET, compiler).artifact)
    assert zips[0] != zips[1]
    assert artifacts[0] == artifacts[1]
    assert (artifacts[0].role, artifacts[0].name, artifacts[0].version) == (Role.PROJECT, "report", "1.0")
    assert artifacts[0].modules == ("report",)


def test_a_wheel_that_is_gone_from_the_store_is_built_again(folder: Path) -> None:
    with tools(folder) as held:
        built = maker(folder).build(held)
        built.path.unlink()
        assert isinstance(maker(folder).build(held), BuiltWheel)
    assert runs(folder) == 2


def test_locked_demands_pinned_build_requirements(folder: Path) -> None:
    maker(folder, None).check(locked=True)
    (folder / "pyproject.toml").write_text(PYPROJECT.format(requires='["setuptools>=80"]'))
    maker(folder, None).check(locked=False)
    with pytest.raises(InputError, match="--locked refuses") as caught:
        maker(folder, None).check(locked=True)
    assert caught.value.where == "bareboat.lock"
    maker(folder, (LockedRequirement("setuptools", "80", ("0" * 64,)),)).check(locked=True)


def test_pinned_requirements_are_not_resolved(folder: Path) -> None:
    pinned = (LockedRequirement("setuptools", "80", ("0" * 64,)),)
    assert maker(folder, pinned).requirements() == pinned


def app(folder: Path) -> tuple[files.File, ...]:
    texts = {"main.py": "x = 1\n", "bad.py": "def :\n", "data/rates.csv": "1\n", "run.sh": "#!/bin/sh\n"}
    folders.make(folder, texts)
    (folder / "run.sh").chmod(0o755)
    return tuple(files.read(folder, environ=folders.ENVIRON))


def test_files_stand_below_app_compiled(tmp_path: Path) -> None:
    entries = app(tmp_path / "app")
    with tools(tmp_path / "app") as held, bytecode(held) as compiler:
        made = source(held, entries, compiler)
        assert made is not None
        tree = {entry.path: entry for entry in made.tree()}
    assert {"app/main.py", "app/data/rates.csv"} <= set(tree)
    assert f"app/__pycache__/main.cpython-{smallbase.PYTHON.tag}.pyc" in tree
    assert tree["app/run.sh"].mode == 0o755
    assert (tree["app/main.py"].uid, tree["app/main.py"].mode) == (0, 0o644)
    assert [one.where for one in made.findings] == ["app/bad.py"]


def test_the_same_files_are_recalled(tmp_path: Path) -> None:
    entries = app(tmp_path / "app")
    with tools(tmp_path / "app") as held, bytecode(held) as compiler:
        first, second = source(held, entries, compiler), source(held, entries, compiler)
    assert first is not None
    assert second is not None
    assert (first.artifact, first.findings) == (second.artifact, second.findings)


def test_no_files_are_no_artifact(tmp_path: Path) -> None:
    with tools(tmp_path / "x") as held, bytecode(held) as compiler:
        assert source(held, (), compiler) is None


def test_the_version_is_the_wheels_before_that_of_the_project(folder: Path) -> None:
    project = read.read(folder, environ=environ(folder))
    assert version_of(None, project) == "1.0"
    with tools(folder) as held, bytecode(held) as compiler:
        built = maker(folder).build(held)
        assert version_of(maker(folder).ready(held, built, TARGET, compiler), project) == "1.0"
    plain = folders.project(folder.parent / "plain", {"a.py": "", "requirements.txt": "x\n"})
    assert version_of(None, plain) == ""
