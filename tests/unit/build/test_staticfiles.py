"""A folder of static files as a tree: what is left out, what is evened, what is refused."""

import gzip
import os
from pathlib import Path

import pytest

from bareboat.build import staticfiles
from bareboat.errors import BuildError
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree


def held(folder: Path, *below: tuple[str, bytes], **secrets: str) -> dict[str, bytes | str]:
    tree = staticfiles.read(
        folder, "app/static", below=Tree.of(file(path, data) for path, data in below), secrets=secrets
    )
    return {
        entry.path.removeprefix("app/static/"): (
            b"".join(entry.content.chunks()) if entry.content is not None else entry.link
        )
        for entry in tree
        if entry.link or entry.content is not None
    }


def test_only_what_is_new_is_held(tmp_path: Path) -> None:
    for name in ("same", "changed", "new", "code.pyc"):
        (tmp_path / name).write_bytes(name.encode())
    below = (("app/static/same", b"same"), ("app/static/changed", b"CHANGED"))
    assert held(tmp_path, *below) == {"changed": b"changed", "new": b"new"}


def test_times_of_now_leave_gzip_files_and_others_stay(tmp_path: Path) -> None:
    old = gzip.compress(b"x", mtime=1_000_000_000)
    now = gzip.compress(b"x")
    (tmp_path / "new.gz").write_bytes(now)
    (tmp_path / "old.gz").write_bytes(old)
    (tmp_path / "none.gz").write_bytes(b"no gzip at all")
    assert held(tmp_path) == {
        "new.gz": now[:4] + bytes(4) + now[8:],
        "old.gz": old,
        "none.gz": b"no gzip at all",
    }


def test_a_link_stays_inside(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "link").symlink_to("a")
    assert held(tmp_path) == {"a": b"a", "link": "a"}
    (tmp_path / "out").symlink_to("../../etc/passwd")
    with pytest.raises(BuildError, match=r"^/app/static/out: collectstatic left a link to"):
        held(tmp_path)


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BuildError, match="neither a file nor a link"):
        held(tmp_path)


def test_a_secret_is_found_across_the_parts_that_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"x" * ((1 << 20) - 3) + b"throw-away")
    assert held(tmp_path, KEY="other")
    with pytest.raises(BuildError, match="holds the throw-away value of KEY"):
        held(tmp_path, KEY="throw-away")


def test_the_key_is_made_of_contents() -> None:
    one, other = (Tree.of([file("a", data)]) for data in (b"1", b"2"))
    assert staticfiles.key_of(one) != staticfiles.key_of(other)
    assert staticfiles.key_of(one) == staticfiles.key_of(Tree.of([file("a", b"1")]))
