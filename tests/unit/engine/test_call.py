from collections.abc import Iterator
from pathlib import Path

import pytest

from bareboat.engine.call import call, explain, feed
from bareboat.engine.find import Engine, Kind
from bareboat.errors import BuildError


def engine(folder: Path, script: str) -> Engine:
    program = folder / "docker"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Engine(Kind.DOCKER, str(program), "28", environ=(("PATH", "/usr/bin:/bin"), ("WORD", "there")))


def test_output_is_returned(tmp_path: Path) -> None:
    assert call(engine(tmp_path, 'echo "$1 $WORD"'), ["port", "x"]) == "port there\n"


def test_a_failure_carries_the_last_words(tmp_path: Path) -> None:
    script = "exec >&2; echo 1; echo 'Error response from daemon: no image x.'; echo \"See 'docker'\"; exit 1"
    with pytest.raises(BuildError) as caught:
        call(engine(tmp_path, script), ["run", "x"])
    assert str(caught.value) == "docker run: no image x"


def test_patience_ends(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="no answer within 0 s"):
        call(engine(tmp_path, "exec sleep 20"), ["wait"], timeout=0.2)


def test_chunks_are_fed(tmp_path: Path) -> None:
    chunks = (b"a" * 100_000 for _ in range(50))
    assert feed(engine(tmp_path, "wc -c"), ["load"], chunks).strip() == "5000000"


def test_a_program_that_stops_reading_explains_itself(tmp_path: Path) -> None:
    chunks = (b"a" * 100_000 for _ in range(50))
    with pytest.raises(BuildError, match="docker load: no space left on device") as caught:
        feed(
            engine(tmp_path, "head -c 10 >/dev/null; echo no space left on device >&2; exit 1"),
            ["load"],
            chunks,
        )
    assert "image prune" in caught.value.hint


def test_an_exception_of_the_chunks_ends_the_program(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a"
        raise KeyError("broken")

    with pytest.raises(KeyError):
        feed(engine(tmp_path, f"cat >/dev/null; touch {tmp_path}/end"), ["load"], chunks())
    assert not (tmp_path / "end").exists()


def test_silence_is_told_by_its_code(tmp_path: Path) -> None:
    found = engine(tmp_path, "")
    assert str(explain(found, "load", 3, b"")) == "docker load: ended with exit code 3"
    assert str(explain(found, "load", 3, b"time=now level=info\n")) == "docker load: time=now level=info"
