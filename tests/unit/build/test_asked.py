"""What a project without a lock asks for: with extras, groups, places, and its backend's word."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

import folders
from bareboat.build.asked import Asked
from bareboat.build.sdists import Sdists
from bareboat.errors import InputError

PYPROJECT = """
[project]
name = "shop"
version = "1"
dependencies = ["a", "lib"]
[project.optional-dependencies]
db = ["b"]
all = ["shop[db]"]
[dependency-groups]
prod = ["c"]
[tool.uv.sources]
lib = { path = "lib" }
"""


def asked(folder: Path, *, extras: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> Asked:
    texts = {"pyproject.toml": PYPROJECT, "lib/pyproject.toml": '[project]\nname = "lib"\nversion = "2"\n'}
    return Asked(folders.project(folder, texts), extras, groups, _never)


def _never() -> Sdists:
    raise AssertionError


def test_what_is_declared_with_its_places(tmp_path: Path) -> None:
    held = asked(tmp_path)
    assert held.declared() == (("a", "lib"), ())
    (lib,) = held.placed()
    assert (lib.name, lib.version) == ("lib", "2")


def test_extras_are_asked_of_the_project_itself(tmp_path: Path) -> None:
    held = asked(tmp_path, extras=("All",), groups=("prod",))
    assert held.declared()[0] == ("a", "lib", "c", "shop[all]")
    own = held.placed()[-1]
    assert (own.name, own.block) == ("shop", "")
    assert 'Requires-Dist: shop[db] ; extra == "all"' in own.metadata


@pytest.mark.parametrize("more", [{"extras": ("no",)}, {"groups": ("no",)}])
def test_unknown_extras_and_groups(tmp_path: Path, more: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(InputError, match=r"has no (extra|group) 'no'"):
        asked(tmp_path, **more).declared()


def test_bounds_on_what_comes_from_a_place_are_dropped(tmp_path: Path) -> None:
    held = asked(tmp_path)
    lines, bounds = held.listed([f"lib @ {(tmp_path / 'lib').as_uri()}"], ["lib<3", "d<4"])
    assert (lines, bounds) == (("lib",), ("d<4",))


def test_a_backend_is_asked_where_it_alone_knows(tmp_path: Path) -> None:
    text = "Name: old\nVersion: 3\nRequires-Dist: a\n"
    built = SimpleNamespace(metadata=lambda *_: text)
    setup = "from setuptools import setup\nsetup(name='old', install_requires=read())\n"
    project = folders.project(tmp_path, {"setup.py": setup, "old.py": ""})
    held = Asked(project, ("x",), (), lambda: cast("Sdists", built))
    assert held.declared()[0] == ("old[x]",)
    assert [one.metadata for one in held.placed()] == ["Requires-Dist: a"]
