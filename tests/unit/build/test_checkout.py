import subprocess
from pathlib import Path

import pytest

import folders
from bareboat.build import checkout

NAMED = ("-c", "user.name=a", "-c", "user.email=a@example.org")
PLAIN = '[project]\nname = "tidy"\nversion = "1"\n[build-system]\nrequires = ["setuptools>=70", "wheel"]\n'
DYNAMIC = '[project]\nname = "tidy"\ndynamic = ["version"]\n[build-system]\nrequires = ["setuptools"]\n'
ASKING = PLAIN.replace("wheel", "setuptools-scm")
PLACED = {"a.py": "", ".gitignore": "dist\n", "sub/b.py": "x = 1\n"}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *NAMED, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=folders.ENVIRON).stdout


def repository(folder: Path, **texts: str) -> Path:
    folders.make(folder, {**PLACED, **texts})
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "one")
    git(folder, "tag", "v1.2")
    return folder


def copy(folder: Path) -> Path:
    """Copy what a backend is given: not .gitignore."""
    return folders.make(folder, {"a.py": "", "sub/b.py": "x = 1\n"})


@pytest.mark.parametrize("text", [DYNAMIC, ASKING])
def test_a_backend_may_ask_git_where_the_version_is_not_written_down(tmp_path: Path, text: str) -> None:
    repository(tmp_path, **{"pyproject.toml": text})
    assert checkout.asks_git(folders.project(tmp_path, {}))


def test_a_plain_backend_with_a_version_does_not_ask_git(tmp_path: Path) -> None:
    repository(tmp_path, **{"pyproject.toml": PLAIN})
    assert not checkout.asks_git(folders.project(tmp_path, {}))


def test_without_backend_or_repository_git_is_not_asked(tmp_path: Path) -> None:
    assert not checkout.asks_git(folders.project(tmp_path / "a", {"pyproject.toml": DYNAMIC}))
    repository(tmp_path / "b", **{"pyproject.toml": '[project]\nname = "x"\n'})
    assert not checkout.asks_git(folders.project(tmp_path / "b", {}))


def test_the_state_follows_commits_branches_and_tags(tmp_path: Path) -> None:
    repository(tmp_path / "a")
    seen = [checkout.state(tmp_path / "a", folders.ENVIRON)]
    git(tmp_path / "a", "tag", "v2")
    seen.append(checkout.state(tmp_path / "a", folders.ENVIRON))
    git(tmp_path / "a", "checkout", "--quiet", "-b", "other")
    seen.append(checkout.state(tmp_path / "a", folders.ENVIRON))
    git(tmp_path / "a", "commit", "--quiet", "--allow-empty", "--message", "two")
    seen.append(checkout.state(tmp_path / "a", folders.ENVIRON))
    assert len(set(seen)) == 4
    git(tmp_path, "clone", "--quiet", "a", "b")
    assert checkout.state(tmp_path / "b", folders.ENVIRON) == seen[-1]


def test_a_copy_is_as_clean_as_the_project(tmp_path: Path) -> None:
    repository(tmp_path / "a")
    before = (tmp_path / "a" / ".git" / "index").read_bytes()
    copied = copy(tmp_path / "copied")
    checkout.place(tmp_path / "a", copied, folders.ENVIRON)
    assert git(copied, "describe", "--tags", "--dirty").strip() == "v1.2"
    assert git(copied, "status", "--porcelain", "--untracked-files=no") == ""
    (copied / "a.py").write_text("y = 2\n")
    assert git(copied, "describe", "--tags", "--dirty").strip() == "v1.2-dirty"
    git(copied, "add", "a.py")
    assert (tmp_path / "a" / ".git" / "index").read_bytes() == before


def test_a_worktree_has_its_repository_elsewhere(tmp_path: Path) -> None:
    repository(tmp_path / "a")
    git(tmp_path / "a", "worktree", "add", "--quiet", str(tmp_path / "tree"))
    copied = copy(tmp_path / "copied")
    checkout.place(tmp_path / "tree", copied, folders.ENVIRON)
    assert git(copied, "describe", "--tags", "--dirty").strip() == "v1.2"


def test_outside_git_nothing_is_placed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    copied = copy(tmp_path / "copied")
    checkout.place(tmp_path / "a", copied, {**folders.ENVIRON, "GIT_DIR": "elsewhere"})
    assert not (copied / ".git").exists()
    assert checkout.git(tmp_path, {"PATH": ""}, "version") == ""
