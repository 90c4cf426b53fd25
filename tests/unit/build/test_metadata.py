"""What sources say of themselves for good, and when that is nothing."""

import io
import tarfile
from pathlib import Path

import pytest

import folders
import smallbase
from bareboat.build.metadata import Metadata, of_archive, static
from bareboat.build.prepare import tools_for

PROJECT = """
[project]
name = "My.Lib"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["a>=1"]
[project.optional-dependencies]
fast = ["b ; os_name == 'posix'", "c @ https://host/c.zip"]
"""


def test_a_static_pyproject(tmp_path: Path) -> None:
    said = static(folders.make(tmp_path, {"pyproject.toml": PROJECT}))
    assert said == Metadata(
        "my-lib",
        "1.0",
        (
            "a>=1",
            "b ; (os_name == 'posix') and extra == \"fast\"",
            'c @ https://host/c.zip ; extra == "fast"',
        ),
        ("fast",),
        ">=3.11",
    )
    assert said.text().splitlines()[:2] == ["Requires-Python: >=3.11", "Provides-Extra: fast"]


@pytest.mark.parametrize(
    "texts",
    [
        {"pyproject.toml": PROJECT.replace('version = "1.0"', 'dynamic = ["version"]')},
        {"pyproject.toml": PROJECT.replace('dependencies = ["a>=1"]', 'dynamic = ["dependencies"]')},
        {"pyproject.toml": "no toml"},
        {"setup.py": "from setuptools import setup\nsetup(name='x', version='1')\n"},
        {},
    ],
)
def test_what_only_the_backend_tells(tmp_path: Path, texts: dict[str, str]) -> None:
    assert static(folders.make(tmp_path, texts)) is None


def test_poetry_and_setup_cfg(tmp_path: Path) -> None:
    poetry = '[tool.poetry]\nname = "lib"\nversion = "1.0"\n[tool.poetry.dependencies]\na = "^1"\n'
    system = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
    said = static(folders.make(tmp_path / "a", {"pyproject.toml": poetry + system}))
    assert said is not None
    assert (said.name, said.requires) == ("lib", ("a<2.0.0,>=1",))
    cfg = "[metadata]\nname = lib\nversion = 2\n[options]\ninstall_requires =\n    a\n"
    said = static(folders.make(tmp_path / "b", {"setup.cfg": cfg}))
    assert said is not None
    assert (said.version, said.requires) == ("2", ("a",))


@pytest.mark.parametrize(
    ("info", "is_final"),
    [
        ("Metadata-Version: 2.2\nName: x\nVersion: 1\nRequires-Dist: a\n", True),
        ("Metadata-Version: 2.2\nName: x\nVersion: 1\nDynamic: requires-dist\n", False),
        ("Metadata-Version: 2.1\nName: x\nVersion: 1\nRequires-Dist: a\n", False),
        ("", False),
    ],
)
def test_an_archive(tmp_path: Path, info: str, *, is_final: bool) -> None:
    path = tmp_path / "x-1.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("x-1/PKG-INFO")
        member.size = len(info)
        archive.addfile(member, io.BytesIO(info.encode()))
    with tools_for(smallbase.world().wanted(tmp_path, store=tmp_path / "store")) as tools:
        said = of_archive(tools.store.put([path.read_bytes()]), path.name)
        assert of_archive(tools.store.put([b""]), "x.zip") is None
    assert (said is not None) == is_final
    if said is not None:
        assert said.requires == ("a",)
