"""Repositories fetched by git: commits, branches, tags, submodules, refusals, and no credentials anywhere."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

import folders
import smallbase
from bareboat.build.prepare import tools_for
from bareboat.build.repositories import Repositories
from bareboat.errors import InputError, NetworkError
from bareboat.lock import Repository
from bareboat.project.direct import Git
from bareboat.testing.web import Web

NAMED = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
PLAIN = '[build-system]\nrequires = ["setuptools"]\n[project]\nname = "lib"\nversion = "1"\n'
ASKING = '[build-system]\nrequires = ["setuptools-scm"]\n[project]\nname = "lib"\ndynamic = ["version"]\n'


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *NAMED, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=folders.ENVIRON)
    return done.stdout.strip()


def repository(folder: Path, text: str = PLAIN) -> Path:
    """Make a repository of two commits: the tag v1 on the first, the branches main and next on others."""
    folders.make(folder, {"pyproject.toml": text, "lib.py": "x = 1\n", "run.sh": "#!/bin/sh\n"})
    (folder / "run.sh").chmod(0o775)
    (folder / "link").symlink_to("lib.py")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "one")
    git(folder, "tag", "--annotate", "v1", "--message", "v1")
    git(folder, "checkout", "--quiet", "-b", "next")
    (folder / "lib.py").write_text("x = 2\n")
    git(folder, "commit", "--quiet", "--all", "--message", "two")
    git(folder, "checkout", "--quiet", "main")
    return folder


@contextmanager
def bench(tmp_path: Path, *, offline: bool = False, **logins: str) -> Iterator[Repositories]:
    with tools_for(smallbase.world().wanted(tmp_path, store=tmp_path / "store")) as tools:
        yield Repositories(tools, folders.ENVIRON, offline, logins)


def test_references_become_commits(tmp_path: Path) -> None:
    home = repository(tmp_path / "lib")
    one, two = git(home, "rev-parse", "main"), git(home, "rev-parse", "next")
    with bench(tmp_path) as held:
        for reference, commit in (("", one), ("main", one), ("v1", one), ("next", two), (two[:9], two)):
            found = held.resolve(Git(home.as_uri(), reference))
            assert (found.commit, found.reference) == (commit, reference or "HEAD")
        assert held.resolve(Git("https://nowhere.invalid/a", one)).commit == one
        with pytest.raises(InputError, match="no branch, tag or commit 'gone'"):
            held.resolve(Git(home.as_uri(), "gone"))


def test_a_commit_is_laid_out_the_same_each_time(tmp_path: Path) -> None:
    home = repository(tmp_path / "lib")
    found = Repository(home.as_uri(), git(home, "rev-parse", "next"))
    with bench(tmp_path) as held:
        for name in ("one", "two"):
            work = tmp_path / name
            work.mkdir()
            laid = held.lay(found, work)
            assert laid.paths == ("lib.py", "link", "pyproject.toml", "run.sh")
            assert (laid.folder / "lib.py").read_text() == "x = 2\n"
            assert (laid.folder / "link").is_symlink()
            assert (laid.folder / "run.sh").stat().st_mode & 0o777 == 0o755
            assert not (laid.folder / ".git").exists()
            assert not laid.asks_git
            if name == "one":
                git(home, "branch", "--quiet", "-D", "next")  # the store has it now


def test_a_backend_that_makes_versions_gets_the_tags(tmp_path: Path) -> None:
    home = repository(tmp_path / "lib", ASKING)
    git(home, "commit", "--quiet", "--allow-empty", "--message", "three")
    with bench(tmp_path) as held:
        laid = held.lay(Repository(home.as_uri(), git(home, "rev-parse", "main")), tmp_path)
    assert laid.asks_git
    assert git(laid.top, "describe", "--tags", "--dirty").startswith("v1-1-g")


def test_submodules_come_along(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner")
    home = repository(tmp_path / "lib")
    git(home, "submodule", "--quiet", "add", inner.as_uri(), "vendor/inner")
    git(home, "commit", "--quiet", "--all", "--message", "three")
    found = Repository(home.as_uri(), git(home, "rev-parse", "HEAD"), "vendor/inner")
    with bench(tmp_path) as held:
        laid = held.lay(found, tmp_path)
    assert (laid.folder / "lib.py").read_text() == "x = 1\n"
    assert laid.subdirectory == "vendor/inner"


@pytest.mark.parametrize("inside", ["none", "link", "lib.py"])
def test_a_subdirectory_that_is_none(tmp_path: Path, inside: str) -> None:
    home = repository(tmp_path / "lib")
    with bench(tmp_path) as held, pytest.raises(InputError, match=f"no folder '{inside}'"):
        held.lay(Repository(home.as_uri(), git(home, "rev-parse", "main"), inside), tmp_path)


def test_a_commit_that_is_not_there(tmp_path: Path) -> None:
    home = repository(tmp_path / "lib")
    with bench(tmp_path) as held, pytest.raises(InputError, match="no commit 1111"):
        held.checkout(Repository(home.as_uri(), "1" * 40))


def test_no_such_repository(tmp_path: Path) -> None:
    with bench(tmp_path) as held, pytest.raises(NetworkError, match="no such repository") as caught:
        held.resolve(Git((tmp_path / "none").as_uri(), "main"))
    assert "without credentials" in caught.value.hint


def test_offline_asks_no_server(tmp_path: Path) -> None:
    with bench(tmp_path, offline=True) as held:
        with pytest.raises(NetworkError, match="--offline"):
            held.resolve(Git("https://host.invalid/a", "main"))
        with pytest.raises(NetworkError, match="--offline"):
            held.checkout(Repository("https://host.invalid/a", "1" * 40))


def test_without_git(tmp_path: Path) -> None:
    with bench(tmp_path) as held, pytest.raises(InputError, match="git is not installed"):
        replace(held, environ={"PATH": str(tmp_path)}).resolve(Git("https://host.invalid/a", "main"))


def test_a_login_reaches_the_server_and_nothing_else(tmp_path: Path) -> None:
    """git's plain HTTP protocol, from files alone, behind a password."""
    home = repository(tmp_path / "lib")
    git(tmp_path, "clone", "--quiet", "--bare", str(home), "bare.git")
    git(tmp_path / "bare.git", "update-server-info")
    commit = git(home, "rev-parse", "next")
    with Web() as web, bench(tmp_path) as plain:
        for path in sorted((tmp_path / "bare.git").rglob("*")):
            if path.is_file():
                place = f"/a.git/{path.relative_to(tmp_path / 'bare.git').as_posix()}"
                for more in ("", "?service=git-upload-pack"):
                    web.put(place + more, path.read_bytes(), login="user:sekret")
        found = Git(f"{web.url}/a.git", "next")
        with pytest.raises(NetworkError, match="refused access"):
            plain.resolve(found)
        held = replace(plain, logins={f"{web.url}/": "user:wrong-sekret"})
        with pytest.raises(NetworkError, match="refused access") as caught:
            held.resolve(found)
        assert "sekret" not in f"{caught.value} {caught.value.hint}"
        held = replace(plain, logins={f"{web.url}/": "user:sekret"})
        assert held.resolve(found).commit == commit
        assert (held.checkout(found.at(commit)) / "source" / "lib.py").read_text() == "x = 2\n"
    kept = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert not [path for path in kept if b"sekret" in path.read_bytes()]
