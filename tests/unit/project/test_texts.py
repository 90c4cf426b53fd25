from pathlib import Path

from bareboat.project.texts import Texts
from folders import make


def test_files_are_read_by_path(tmp_path: Path) -> None:
    texts = Texts(make(tmp_path / "in", {"a/b.txt": "text", "../out.txt": "x"}))
    assert (texts.has("a/b.txt"), texts.read("a/b.txt")) == (True, "text")
    assert (texts.has("no"), texts.read("no"), texts.read("a")) == (False, "", "")
    assert not texts.has("../out.txt")
    assert not texts.has(str(tmp_path / "out.txt"))


def test_what_cannot_be_read_is_empty(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"\xff\xff")
    (tmp_path / "large").write_bytes(b"x" * (1024 * 1024 + 1))
    assert Texts(tmp_path).read("bad") == Texts(tmp_path).read("large") == ""
