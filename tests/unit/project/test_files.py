import os
import socket
from pathlib import Path
from typing import Any

import pytest

from bareboat.errors import InputError
from bareboat.project import files
from bareboat.tree.entry import Kind
from folders import ENVIRON, make


def paths(folder: Path, **settings: Any) -> list[str]:
    return [entry.path for entry in files.read(folder, environ=ENVIRON, **settings)]


def test_files_are_sorted_with_their_modes(tmp_path: Path) -> None:
    make(tmp_path, {"b.py": "b", "a/run.sh": "x", "ab.py": ""})
    (tmp_path / "a/run.sh").chmod(0o751)
    (tmp_path / "b.py").chmod(0o600)
    (tmp_path / "link.py").symlink_to("a/run.sh")
    found = files.read(tmp_path, environ=ENVIRON)
    entries = [entry.entry("app") for entry in found]
    assert [(entry.path, entry.kind, entry.mode) for entry in entries] == [
        ("app/a/run.sh", Kind.FILE, 0o755),
        ("app/ab.py", Kind.FILE, 0o644),
        ("app/b.py", Kind.FILE, 0o644),
        ("app/link.py", Kind.SYMLINK, 0o777),
    ]
    held = found.find("b.py")
    assert held is not None
    assert b"".join(held.content().chunks()) == b"b"
    assert held.entry().path == "b.py"
    assert found.find("none") is None


def test_what_never_belongs_is_left_out_and_said(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            "a.py": "",
            ".env": "",
            ".env.local": "",
            "keys/id_rsa": "",
            "x/__pycache__/a.pyc": "",
            "venv/b.py": "",
            "venv/lib/c.py": "",
            "Dockerfile": "",
            "d.egg-info/PKG-INFO": "",
        },
    )
    found = files.read(tmp_path, environ=ENVIRON)
    assert [entry.path for entry in found] == ["a.py", "venv/b.py", "venv/lib/c.py"]
    left = {fact.where: fact.value for fact in found.left_out}
    assert left == {
        ".env": "secrets",
        ".env.local": "secrets",
        "keys/id_rsa": "keys",
        "Dockerfile": "containers",
        "d.egg-info/": "environments",
    }


def test_dockerignore_and_exclude_leave_out(tmp_path: Path) -> None:
    make(tmp_path, {"a.py": "", "docs/x.md": "", "b.md": "", "c.txt": "", ".dockerignore": "docs\n*.txt\n"})
    assert paths(tmp_path) == ["a.py", "b.md"]
    assert paths(tmp_path, exclude=["*.md"]) == ["a.py"]
    assert paths(tmp_path, obey_dockerignore=False) == ["a.py", "b.md", "c.txt", "docs/x.md"]
    found = files.read(tmp_path, environ=ENVIRON, exclude=["b.md"])
    left = {fact.where: fact.value for fact in found.left_out}
    assert left["b.md"] == "the exclude setting"
    assert left["docs/x.md"] == ".dockerignore"


def test_include_brings_back_by_name_folder_or_pattern(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            "a.py": "",
            ".env": "X=1",
            "dist/x.js": "",
            "dist/__pycache__/y.pyc": "",
            ".dockerignore": "dist\n*.txt",
            "n.txt": "",
        },
    )
    found = files.read(tmp_path, environ=ENVIRON, include=[".env", "dist", "*.txt"])
    assert [entry.path for entry in found] == [".env", "a.py", "dist/x.js", "n.txt"]
    assert found.included == (".env", "dist/x.js", "n.txt")
    assert [fact.where for fact in found.left_out] == [".dockerignore"]


@pytest.mark.parametrize("pattern", ["../x", "/etc/passwd"])
def test_include_may_not_leave_the_folder(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(InputError, match="leaves the project"):
        files.read(tmp_path, environ=ENVIRON, include=[pattern])


def test_include_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names nothing"):
        files.read(tmp_path, environ=ENVIRON, include=["none/*"])


def test_images_made_here_are_no_input(tmp_path: Path) -> None:
    make(tmp_path, {"a.py": "", "out/oci-layout": "{}", "out/blobs/sha256/x": "", "data.tar": "ordinary"})
    (tmp_path / "image.tar").write_bytes(b"oci-layout".ljust(512, b"\0"))
    found = files.read(tmp_path, environ=ENVIRON)
    assert [entry.path for entry in found] == ["a.py", "data.tar"]
    assert {fact.where for fact in found.left_out} == {"out", "image.tar"}


@pytest.mark.parametrize("target", ["../outside", "/etc/passwd", "a/../../x"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, target: str) -> None:
    make(tmp_path / "p", {"a/x.py": ""})
    (tmp_path / "p/link").symlink_to(target)
    with pytest.raises(InputError, match=r"^link: symbolic link to .* leaves the project"):
        files.read(tmp_path / "p", environ=ENVIRON)


def test_a_link_through_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    make(tmp_path, {"p/a.py": "", "o/secret": ""})
    (tmp_path / "p/out").symlink_to("../o")
    (tmp_path / "p/in").symlink_to("out/secret")
    with pytest.raises(InputError, match="leaves the project"):
        files.read(tmp_path / "p", environ=ENVIRON)


def test_a_link_in_a_circle_is_refused(tmp_path: Path) -> None:
    make(tmp_path, {"a.py": ""})
    (tmp_path / "x").symlink_to("y")
    (tmp_path / "y").symlink_to("x")
    with pytest.raises(InputError, match="circle"):
        files.read(tmp_path, environ=ENVIRON)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    make(tmp_path, {"a.py": ""})
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"^pipe: neither a file nor a link"):
        files.read(tmp_path, environ=ENVIRON)
    (tmp_path / "pipe").unlink()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        with pytest.raises(InputError, match="neither"):
            files.read(tmp_path, environ=ENVIRON)
        assert paths(tmp_path, exclude=["s"]) == ["a.py"]


def test_a_file_that_goes_away_while_it_is_listed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^gone: cannot be read"):
        files._file(tmp_path, "gone")


def test_every_built_in_pattern_has_a_reason_of_its_own() -> None:
    reasons = [reason for reason, _ in files.BUILT_IN]
    assert len(reasons) == len(set(reasons))


def test_locks_are_left_out_unless_they_are_included(tmp_path: Path) -> None:
    locks = ("bareboat.lock", "pylock.toml", "pylock.dev.toml", "uv.lock", "poetry.lock", "pdm.lock")
    make(tmp_path, {"a.py": "", "requirements.txt": "", **dict.fromkeys(locks, "")})
    found = files.read(tmp_path, environ=ENVIRON)
    assert [entry.path for entry in found] == ["a.py", "requirements.txt"]
    assert {fact.where: fact.value for fact in found.left_out} == dict.fromkeys(locks, "locks")
    assert paths(tmp_path, include=["uv.lock"]) == ["a.py", "requirements.txt", "uv.lock"]
