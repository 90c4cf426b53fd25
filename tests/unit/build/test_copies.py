"""What a backend sees of a folder: its files, what its manifest names above it, the repository around it."""

import subprocess
from pathlib import Path

import folders
from bareboat.build.copies import Copy

NAMED = ("-c", "user.name=a", "-c", "user.email=a@example.org")
MEMBER = '[project]\nname = "lib"\nversion = "1"\nreadme = "../../README.md"\n'


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *NAMED, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=folders.ENVIRON).stdout


def repository(folder: Path, member: str = MEMBER) -> Path:
    texts = {
        "README.md": "read\n",
        "secret.txt": "no\n",
        "shared/data.json": "{}\n",
        "packages/other/pyproject.toml": '[project]\nname = "other"\n',
        "packages/lib/pyproject.toml": member,
        "packages/lib/lib.py": "x = 1\n",
    }
    folders.make(folder, texts)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "one")
    git(folder, "tag", "v3.1")
    return folder


def laid(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_folder_alone_is_its_own_top(tmp_path: Path) -> None:
    home = folders.make(tmp_path / "lib", {"pyproject.toml": MEMBER, "lib.py": "x = 1\n"})
    copy = Copy(home, folders.ENVIRON)
    found = copy.lay(_work(tmp_path), copy.entries())
    assert (found.subdirectory, found.paths) == ("", ("lib.py", "pyproject.toml"))
    assert found.folder == found.top


def test_what_the_manifest_names_above_stands_where_it_stood(tmp_path: Path) -> None:
    member = MEMBER + '[tool.x]\na = ["../../shared", "../other", "../../../etc", "../.."]\n'
    root = repository(tmp_path / "root", member)
    copy = Copy(root / "packages" / "lib", folders.ENVIRON)
    found = copy.lay(_work(tmp_path), copy.entries())
    assert found.subdirectory == "packages/lib"
    assert laid(found.top) == [
        "README.md",
        "packages/lib/lib.py",
        "packages/lib/pyproject.toml",
        "shared/data.json",
    ]
    assert found.paths == ("lib.py", "pyproject.toml")


def test_its_identity_follows_all_that_is_copied(tmp_path: Path) -> None:
    root = repository(tmp_path / "root")

    def identity(*, asks_git: bool = False) -> list[str]:
        copy = Copy(root / "packages" / "lib", folders.ENVIRON, asks_git)
        return list(copy.identity(copy.entries()))

    before, asking = identity(), identity(asks_git=True)
    (root / "secret.txt").write_text("changed\n")
    assert identity() == before
    (root / "README.md").write_text("changed\n")
    assert identity() != before
    git(root, "tag", "v4")
    assert identity(asks_git=True)[-1] != asking[-1]


def test_a_project_below_the_top_of_its_repository_can_ask_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "root")
    copy = Copy(root / "packages" / "lib", folders.ENVIRON, asks_git=True)
    found = copy.lay(_work(tmp_path), copy.entries())
    assert (found.asks_git, found.is_linked) == (True, True)
    assert git(found.folder, "describe", "--tags", "--dirty").strip() == "v3.1"
    assert git(found.folder, "status", "--porcelain", "--untracked-files=no") == ""
    assert not (found.top / "secret.txt").exists()


def _work(tmp_path: Path) -> Path:
    work = tmp_path / "work"
    work.mkdir()
    return work
