import importlib.util
import io
import marshal
import subprocess
import sys
from pathlib import Path
from types import CodeType

from bareboat.wheel import worker


def frame(path: bytes, source: bytes) -> bytes:
    return len(path).to_bytes(4, "big") + len(source).to_bytes(4, "big") + path + source


def answers(*frames: bytes) -> list[tuple[int, bytes]]:
    out = io.BytesIO()
    worker.serve(io.BytesIO(b"".join(frames)), out)
    data, found = out.getvalue(), []
    while data:
        size = int.from_bytes(data[1:5], "big")
        found.append((data[0], data[5 : 5 + size]))
        data = data[5 + size :]
    return found


def test_greeting_names_version_and_cache_tag() -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    assert answers() == [(0, f"{version} {sys.implementation.cache_tag}".encode())]


def test_pyc_is_unchecked_by_hash_and_named_by_its_path() -> None:
    source = "x = '\u00fc'  # \u00fc\nassert x\n".encode()
    _, (status, pyc) = answers(frame(b"/opt/a.py", source))
    assert status == 0
    assert pyc[:4] == importlib.util.MAGIC_NUMBER
    assert pyc[4:8] == b"\1\0\0\0"
    assert pyc[8:16] == importlib.util.source_hash(source)
    code = marshal.loads(pyc[16:])  # noqa: S302 # we made it
    assert isinstance(code, CodeType)
    assert code.co_filename == "/opt/a.py"
    assert AssertionError.__name__ in code.co_names or b"AssertionError" in pyc or code.co_consts


def test_what_does_not_compile_is_answered_and_the_next_one_is_compiled() -> None:
    deep = b"(" * 5000 + b")" * 5000
    broken = [b"def :\n", b"x = '\xff'\n", b"a\0b", b"# coding: nothing\n", deep]
    found = answers(*(frame(b"/a.py", source) for source in broken), frame(b"/b.py", b"x = 1\n"))[1:]
    assert [status for status, _ in found] == [1] * len(broken) + [0]
    assert found[0][1].startswith(b"SyntaxError: ")
    assert found[0][1].endswith(b"(line 1)")


def test_half_a_frame_ends_it() -> None:
    assert len(answers(b"\0\0")) == 1


def test_program_runs_alone(tmp_path: Path) -> None:
    (tmp_path / "marshal.py").write_text("raise SystemExit('taken from the working folder')")
    (tmp_path / "importlib.py").write_text("raise SystemExit('taken from the working folder')")
    program = Path(worker.__file__).read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-s", "-S", "-B", "-c", program],
        input=frame(b"/a.py", b"x = 1\n"),
        capture_output=True,
        timeout=30,
        check=True,
        cwd=tmp_path,
    )
    assert done.stderr == b""
    assert importlib.util.MAGIC_NUMBER in done.stdout
