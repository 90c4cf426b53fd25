import os
import subprocess
from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.project import tracked
from folders import ENVIRON, make

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "protocol.file.allow=always")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, env=ENVIRON, check=True, capture_output=True)


def repository(folder: Path, texts: dict[str, str]) -> Path:
    make(folder, texts)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    return folder


def test_tracked_and_untracked_files_but_no_ignored_ones(tmp_path: Path) -> None:
    repository(tmp_path, {"a.py": "", "gone.py": "", "d/b.py": "", ".gitignore": "*.log\n"})
    make(tmp_path, {"new.py": "", "x.log": "", "ä ö.py": ""})
    (tmp_path / "gone.py").unlink()
    found, origin = tracked.paths(tmp_path, environ=ENVIRON)
    assert found == [".gitignore", "a.py", "d/b.py", "new.py", "ä ö.py"]
    assert origin == "git"


def test_a_folder_inside_a_repository_lists_itself_alone(tmp_path: Path) -> None:
    repository(tmp_path, {"a.py": "", "d/b.py": ""})
    assert tracked.paths(tmp_path / "d", environ=ENVIRON)[0] == ["b.py"]


def test_variables_of_a_git_hook_do_not_mislead(tmp_path: Path) -> None:
    repository(tmp_path / "r", {"a.py": ""})
    misled = {**ENVIRON, "GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere"}
    assert tracked.paths(tmp_path / "r", environ=misled)[0] == ["a.py"]


def test_no_program_of_the_repository_runs(tmp_path: Path) -> None:
    repository(tmp_path, {"a.py": ""})
    make(tmp_path, {"hook": f"#!/bin/sh\ntouch {tmp_path}/ran\n"}).joinpath("hook").chmod(0o755)
    git(tmp_path, "config", "core.fsmonitor", str(tmp_path / "hook"))
    tracked.paths(tmp_path, environ=ENVIRON)
    assert not (tmp_path / "ran").exists()


def test_outside_git_the_folder_is_walked(tmp_path: Path) -> None:
    make(tmp_path, {"a.py": "", "d/b.py": "", "env/pyvenv.cfg": "", "env/c.py": "", "__pycache__/a.pyc": ""})
    (tmp_path / "link").symlink_to("d")
    found, origin = tracked.paths(tmp_path, environ=ENVIRON)
    assert found == ["a.py", "d/b.py", "link"]
    assert "not under git" in origin


def test_without_the_program_the_folder_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path, {"a.py": ""})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tracked.paths(tmp_path, environ={"PATH": str(tmp_path)})[0] == ["a.py"]


def test_a_folder_that_git_ignores_is_walked(tmp_path: Path) -> None:
    repository(tmp_path, {"a.py": "", ".gitignore": "out/\n"})
    make(tmp_path, {"out/b.py": ""})
    found, origin = tracked.paths(tmp_path / "out", environ=ENVIRON)
    assert found == ["b.py"]
    assert "ignores" in origin


def test_submodules_are_listed_whole(tmp_path: Path) -> None:
    repository(tmp_path / "inner", {"i.py": "", ".gitignore": "*.log"})
    repository(tmp_path / "outer", {"o.py": ""})
    git(tmp_path / "outer", "submodule", "add", "-q", str(tmp_path / "inner"), "sub")
    make(tmp_path / "outer", {"sub/x.log": ""})
    found, _ = tracked.paths(tmp_path / "outer", environ=ENVIRON)
    assert found == [".gitmodules", "o.py", "sub/.gitignore", "sub/i.py"]


def test_a_submodule_that_is_not_there_is_refused(tmp_path: Path) -> None:
    repository(tmp_path / "inner", {"i.py": ""})
    repository(tmp_path / "outer", {"o.py": ""})
    git(tmp_path / "outer", "submodule", "add", "-q", str(tmp_path / "inner"), "sub")
    git(tmp_path / "outer", "commit", "-qm", "two")
    git(tmp_path / "outer", "submodule", "--quiet", "deinit", "-f", "sub")
    with pytest.raises(InputError, match=r"^sub: submodule is not checked out") as caught:
        tracked.paths(tmp_path / "outer", environ=ENVIRON)
    assert "git submodule update" in caught.value.hint
    make(tmp_path / "outer", {"sub/loose.py": ""})
    assert "sub/loose.py" in tracked.paths(tmp_path / "outer", environ=ENVIRON)[0]


def test_a_broken_repository_is_refused(tmp_path: Path) -> None:
    repository(tmp_path, {"a.py": ""})
    (tmp_path / ".git/index").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="git cannot list the files"):
        tracked.paths(tmp_path, environ=ENVIRON)


def test_git_that_never_answers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, {"bin/git": "#!/bin/sh\nexec sleep 20\n"}).joinpath("bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(tracked, "TIMEOUT", 0.2)
    with pytest.raises(InputError, match="listed nothing"):
        tracked.paths(tmp_path, environ={**ENVIRON, "PATH": os.environ["PATH"]})


def test_a_folder_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be listed"):
        tracked.walk(tmp_path / "none")
