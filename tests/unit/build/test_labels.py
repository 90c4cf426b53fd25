"""Labels from the folder: what is written down, what git says, and nothing where neither speaks."""

import subprocess
from pathlib import Path

import pytest

import folders
from bareboat.build.labels import labels

PYPROJECT = """
[project]
name = "shop"
version = "1.2"
description = "Sells things"
license = "MIT"
"""
PREFIX = "org.opencontainers.image."


def run(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments],
        check=True,
        capture_output=True,
        timeout=20,
        env=folders.ENVIRON,
    )


def found(folder: Path, version: str = "1.2") -> dict[str, str]:
    project = folders.project(folder, {"pyproject.toml": PYPROJECT, "main.py": "x = 1\n"})
    return {name.removeprefix(PREFIX): value for name, value in labels(project, version, folders.ENVIRON)}


def test_what_the_project_says(tmp_path: Path) -> None:
    said = found(tmp_path / "shop")
    assert said == {"title": "shop", "version": "1.2", "description": "Sells things", "licenses": "MIT"}


def test_the_name_of_the_folder_is_no_title(tmp_path: Path) -> None:
    folders.make(tmp_path / "copy-2", {"requirements.txt": "demo==1\n", "main.py": "x = 1\n"})
    project = folders.project(tmp_path / "copy-2", {})
    assert project.name is not None
    assert labels(project, "", folders.ENVIRON) == ()


def test_an_empty_value_is_no_label(tmp_path: Path) -> None:
    assert "version" not in found(tmp_path / "shop", version="")


def test_revision_and_source_come_from_git_without_credentials(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    run(folder, "init", "--quiet")
    (folder / "main.py").write_text("x = 1\n")
    run(folder, "add", ".")
    run(folder, "commit", "--quiet", "-m", "one")
    run(folder, "remote", "add", "origin", "https://me:secret@example.org/shop.git")
    said = found(folder)
    assert len(said["revision"]) == 40
    assert "secret" not in said["source"]
    assert said["source"] == "https://example.org/shop"


def test_labels_are_sorted(tmp_path: Path) -> None:
    project = folders.project(tmp_path / "shop", {"pyproject.toml": PYPROJECT, "main.py": ""})
    names = [name for name, _ in labels(project, "1", folders.ENVIRON)]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("remote", "source"),
    [
        ("git@example.org:team/shop.git", "https://example.org/team/shop"),
        ("ssh://git@example.org:2222/team/shop.git", "https://example.org/team/shop"),
        ("https://example.org:8443/team/shop", "https://example.org:8443/team/shop"),
        ("https://token@example.org/team/shop.git", "https://example.org/team/shop"),
        ("/srv/git/shop.git", None),
        ("file:///srv/git/shop.git", None),
        ("C:\\git\\shop", None),
    ],
)
def test_the_source_is_an_address_for_everyone(tmp_path: Path, remote: str, source: str | None) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    run(folder, "init", "--quiet")
    (folder / "main.py").write_text("x = 1\n")
    run(folder, "add", ".")
    run(folder, "remote", "add", "origin", remote)
    assert found(folder).get("source") == source
