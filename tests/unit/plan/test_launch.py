"""The launcher, run for real by this interpreter: order, exit codes, signals, the command's own process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bareboat.plan.launch import launched

SAY = "import sys; print(*sys.argv[1:], flush=True)"


def argv(before: list[list[str]], command: list[str]) -> list[str]:
    words = launched(before, command)
    return [sys.executable, *words[1:]] if before else list(words)


def run(before: list[list[str]], command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv(before, command), capture_output=True, text=True, check=False, timeout=20)


def python(code: str, *words: str) -> list[str]:
    return [sys.executable, "-c", code, *words]


def test_without_a_step_there_is_no_launcher() -> None:
    assert launched((), ("web", "--port", "1")) == ("web", "--port", "1")


def test_steps_run_in_order_and_then_the_command() -> None:
    done = run([python(SAY, "one"), python(SAY, "two words", "$HOME;")], python(SAY, "last", ";"))
    assert (done.returncode, done.stdout) == (0, "one\ntwo words $HOME;\nlast ;\n")


def test_arguments_that_are_added_go_to_the_command() -> None:
    done = subprocess.run(
        [*argv([["true"]], python(SAY)), ";", "more"], capture_output=True, text=True, check=True, timeout=20
    )
    assert done.stdout == "; more\n"


def test_the_command_becomes_the_process_and_its_exit_code_is_its_own() -> None:
    process = subprocess.Popen(
        argv([["true"]], python("import os; print(os.getpid()); raise SystemExit(9)")),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.communicate(timeout=20)[0] == f"{process.pid}\n"
    assert process.returncode == 9


@pytest.mark.parametrize(
    ("step", "code", "said"),
    [
        (python("raise SystemExit(3)"), 3, "ended with 3"),
        (python("import os; os.kill(os.getpid(), 15)"), 143, "ended with 143"),
        (["no-such-program-anywhere"], 127, "cannot start 'no-such-program-anywhere': No such file"),
    ],
)
def test_a_step_that_fails_ends_it_all(step: list[str], code: int, said: str) -> None:
    done = run([step, python(SAY, "never")], python(SAY, "never"))
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.startswith("before-start: ")
    assert done.stderr.count("\n") == 1


def test_a_command_that_is_not_there_says_so() -> None:
    done = run([["true"]], ["no-such-program-anywhere"])
    assert done.returncode == 127
    assert "cannot start 'no-such-program-anywhere'" in done.stderr


def test_a_signal_during_a_step_reaches_it_and_the_command_never_starts(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    step = python(
        f"import pathlib, signal, sys, time; signal.signal(15, lambda *_: sys.exit(0)); "
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    )
    process = subprocess.Popen(argv([step], python(SAY, "never")), stdout=subprocess.PIPE, text=True)
    while not ready.exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[0] == ""
    assert process.returncode == 128 + signal.SIGTERM


def test_step_and_command_have_the_environment_and_no_signal_ignored() -> None:
    environ = {**os.environ, "A": "b c"}
    done = subprocess.run(
        argv([["env"]], ["env"]), env=environ, capture_output=True, text=True, check=True, timeout=20
    )
    assert done.stdout.count("A=b c\n") == 2
    ignored = ["sh", "-c", "grep SigIgn /proc/$$/status"]
    masks = run([ignored], ignored).stdout.split()[1::2]
    assert [int(mask, 16) & (1 << signal.SIGPIPE - 1) for mask in masks] == [0, 0]
