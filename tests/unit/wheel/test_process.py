import sys
import time

import pytest

from bareboat.errors import BuildError
from bareboat.wheel.process import Process

GREET = (
    "import os, sys; o = sys.stdout.buffer; i = sys.stdin.buffer\n"
    "o.write(b'\\0\\0\\0\\0\\x0b3.13.5 tag-'); o.flush()\n"
)
ECHO = GREET + (
    "while len(h := i.read(8)) == 8:\n"
    "    p = i.read(int.from_bytes(h[:4], 'big')); s = i.read(int.from_bytes(h[4:], 'big'))\n"
    "    d = p + b' ' + s; o.write(b'\\0' + len(d).to_bytes(4, 'big') + d); o.flush()\n"
)


def started(program: str) -> Process:
    return Process([sys.executable, "-I", "-S", "-c", program], {})


def test_answers_come_for_every_request() -> None:
    process = started(ECHO)
    assert process.version == "3.13.5"
    futures = [process.accept(f"a{number}", b"x" * number * 1000) for number in range(200)]
    process.send()
    for number, future in enumerate(futures):
        answer = future.result(30)
        assert answer.data == f"/a{number} ".encode() + b"x" * number * 1000
        assert answer.cache_tag == "tag-"
    assert process.load == 0
    process.close()
    process.close()


def test_refusals_are_answers() -> None:
    process = started(GREET + "i.read(8); o.write(b'\\1\\0\\0\\0\\2no'); o.flush(); i.read()")
    future = process.accept("a", b"")
    process.send()
    assert future.result(30).reason == "no"
    process.close()


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (GREET + "i.read(10); sys.exit(3)", "exit code 3"),
        (GREET + "i.read(10); os.kill(os.getpid(), 11)", "signal 11"),
        (GREET + "i.read(10); sys.exit('out of luck')", "out of luck"),
        (GREET + "i.read(10); o.write(b'\\0\\0\\0\\1\\0half'); sys.exit(2)", "exit code 2"),
    ],
)
def test_death_names_the_file_under_way(program: str, words: str) -> None:
    process = started(program)
    futures = [process.accept(name, b"x" * 2_000_000) for name in ("first", "second")]
    process.send()
    for future in futures:
        with pytest.raises(BuildError, match=words) as caught:
            future.result(30)
        assert caught.value.where == "first"
    late = process.accept("late", b"")
    process.send()
    with pytest.raises(BuildError, match="died"):
        late.result(30)
    process.close()


def test_commands_that_do_not_start_are_named() -> None:
    with pytest.raises(BuildError, match=r"no-such-program: cannot be started"):
        Process(["no-such-program"], {})


@pytest.mark.parametrize("program", ["", "raise SystemExit('no library')"])
def test_commands_that_do_not_greet_are_named(program: str) -> None:
    with pytest.raises(BuildError, match=r"compiles nothing: (exit code 0|no library)"):
        started(program)


def test_closing_ends_a_process_in_the_middle() -> None:
    process = started(GREET + "import time; time.sleep(60)")
    future = process.accept("slow", b"x")
    process.send()
    begun = time.monotonic()
    process.close()
    assert time.monotonic() - begun < 5
    with pytest.raises(BuildError, match="signal 9"):
        future.result(1)
