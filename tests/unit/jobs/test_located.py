"""What of the dependencies lies in the build context or in a repository."""

from pathlib import Path

import pytest

import folders
from bareboat.errors import InputError
from bareboat.jobs import located
from bareboat.plan.blueprint import Located
from bareboat.project import poetrylock, requirements, uvlock
from bareboat.project.toml import read_text

COMMIT = "0" * 40
UV = f"""version = 1
[[package]]
name = "shop"
version = "1"
source = {{ virtual = "." }}
[[package]]
name = "near"
version = "1"
source = {{ editable = "libs/near" }}
[[package]]
name = "member"
version = "1"
source = {{ editable = "libs/member" }}
[[package]]
name = "kept"
version = "1"
source = {{ path = "wheels/kept-1-py3-none-any.whl" }}
[[package]]
name = "far"
version = "1"
source = {{ git = "https://git.example/far.git?tag=v1#{COMMIT}" }}
"""
POETRY = f"""[[package]]
name = "near"
version = "1"
groups = ["main"]
files = []
develop = true
[package.source]
type = "directory"
url = "libs/near"
[[package]]
name = "far"
version = "1"
groups = ["main"]
files = []
[package.source]
type = "git"
url = "https://git.example/far.git"
resolved_reference = "{COMMIT}"
[metadata]
lock-version = "2.1"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folders.make(
        tmp_path / "shop", {"libs/near/pyproject.toml": "", "wheels/kept-1-py3-none-any.whl": ""}
    )


def listed(folder: Path, text: str) -> Located:
    file = folder / "requirements.txt"
    file.write_text(text)
    held = requirements.read(
        file, folder=folder, environ={}, load=lambda path, where: read_text(path, where=where)
    )
    return located.of_requirements(held, folder, where=file.name)


def test_requirements_by_place(folder: Path) -> None:
    text = "flask\n-e ./libs/near\n./wheels/kept-1-py3-none-any.whl\n"
    found = listed(folder, f"{text}far @ git+https://git.example/far.git\n-e .[web]\n")
    assert found == Located(
        ("libs/near",), ("wheels/kept-1-py3-none-any.whl",), has_git=True, has_links=True, itself=".[web]"
    )
    assert not found.is_hashable
    assert listed(folder, "flask\n") == Located()
    assert listed(folder, "./wheels/kept-1-py3-none-any.whl\n").is_hashable


def test_what_a_build_cannot_have_is_refused(folder: Path) -> None:
    (folder.parent / "beside").mkdir()
    with pytest.raises(InputError, match="beside lies outside the build context"):
        listed(folder, "-e ../beside\n")


def test_a_lock_of_uv(folder: Path) -> None:
    packages = uvlock.decode(UV, where="uv.lock").packages
    found = located.of_uv(packages, folder, own=("libs/member", "."), where="uv.lock")
    assert found == Located(("libs/near",), ("wheels/kept-1-py3-none-any.whl",), has_git=True)


def test_a_lock_of_poetry_has_links(folder: Path) -> None:
    packages = poetrylock.decode(POETRY, where="poetry.lock").packages
    found = located.of_poetry(packages, folder, where="poetry.lock")
    assert found == Located(("libs/near",), has_git=True, linked=("libs/near",))


def test_a_standard_lock(folder: Path) -> None:
    packages: list[dict[str, object]] = [
        {"name": "near", "directory": {"path": "libs/near"}},
        {
            "name": "kept",
            "wheels": [{"path": "wheels/kept-1-py3-none-any.whl"}, {"url": "https://x.example/a.whl"}],
        },
        {"name": "far", "vcs": {"type": "git", "url": "https://git.example/far.git", "commit-id": COMMIT}},
    ]
    found = located.of_pylock(packages, folder, where="pylock.toml")
    assert found == Located(("libs/near",), ("wheels/kept-1-py3-none-any.whl",), has_git=True)


def test_requirements_of_a_manifest(folder: Path) -> None:
    near = (folder / "libs" / "near").as_uri()
    found = located.of_texts([f"near @ {near}", "flask>=3", "a b c"], folder, where="pyproject.toml")
    assert found == Located(("libs/near",))
