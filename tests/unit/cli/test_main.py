"""The program: exit codes, help, completion, and one line for every refusal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bareboat import __version__
from bareboat.cli import main as program
from bareboat.cli.main import COMMANDS, INTERRUPTED, cli, main
from bareboat.errors import (
    BareboatError,
    BuildError,
    InputError,
    IntegrityError,
    NetworkError,
    ResolveError,
)

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Give a list whose last exception `bareboat doctor` raises."""
    held: list[BaseException] = []

    @click.command("doctor")
    @click.option("--verbose", is_flag=True)
    def command(*, verbose: bool) -> None:
        raise held[-1]

    def find(context: click.Context, name: str) -> click.Command:
        return command

    monkeypatch.setattr(cli, "get_command", find)
    return held


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("x"), 2),
        (ResolveError("x"), 3),
        (NetworkError("x"), 4),
        (IntegrityError("x"), 6),
        (BuildError("x"), 7),
        (BareboatError("x"), 70),
        (KeyboardInterrupt(), INTERRUPTED),
        (RuntimeError("a fault of ours"), 70),
        (OSError(28, "No space left on device"), 70),
    ],
)
def test_each_family_has_its_exit_code(
    failing: list[BaseException], capsys: Capture, error: BaseException, code: int
) -> None:
    failing.append(error)
    assert main(["doctor"]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err


def test_an_error_is_one_line_with_a_hint(failing: list[BaseException], capsys: Capture) -> None:
    failing.append(InputError("no\nproject", where="x", hint="first\nsecond"))
    main(["doctor"])
    assert capsys.readouterr().err == "error: x: no project\nhint: first\n      second\n"


@pytest.mark.parametrize("error", [InputError("x"), RuntimeError("y")])
def test_verbose_shows_where(failing: list[BaseException], capsys: Capture, error: Exception) -> None:
    failing.append(error)
    assert main(["doctor", "--verbose"]) in {2, 70}
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert said.splitlines()[-1].startswith(("error: ", "hint: "))


def test_our_own_faults_say_so(failing: list[BaseException], capsys: Capture) -> None:
    failing.append(ZeroDivisionError("division by zero"))
    assert main(["doctor"]) == 70
    assert "ZeroDivisionError: division by zero" in (said := capsys.readouterr().err)
    assert "--verbose" in said


def test_help_lists_every_command_and_its_examples(capsys: Capture) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for name, words in COMMANDS.items():
        assert f"  {name} " in said
        assert words in said
    assert "_BAREBOAT_COMPLETE=bash_source" in said


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_has_help_with_an_example(capsys: Capture, name: str) -> None:
    assert main([name, "-h"]) == 0
    said = capsys.readouterr().out
    assert "Example" in said
    assert f"bareboat {name}" in said
    assert all(len(line) <= 80 for line in said.splitlines())


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"cache", "schema"}))
def test_options_stand_in_the_same_order(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    flags = [option.opts[0] for option in command.params if isinstance(option, click.Option)]
    order = [
        "--tag",
        "--app",
        "--port",
        "--locked",
        "--json",
        "--cache-dir",
        "--offline",
        "--quiet",
        "--verbose",
    ]
    found = [flag for flag in flags if flag in order]
    assert found == [flag for flag in order if flag in found]


@pytest.mark.parametrize(
    "arguments",
    [["plan"], ["cache", "info"], ["cache", "prune"], ["cache", "verify"], ["doctor"], ["lock"], ["build"]],
)
def test_json_is_there_on_every_command_that_tells_something(capsys: Capture, arguments: list[str]) -> None:
    assert main([*arguments, "--help"]) == 0
    assert "--json" in capsys.readouterr().out


def test_the_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["biuld"], "no such command 'biuld', did you mean 'build'?"),
        (["zzz"], "No such command 'zzz'"),
        (["build", "--prot", "80"], "--port"),
        (["build", "--port", "0"], "is not in the range"),
        (["build", "--engine", "lxc"], "no such builder: 'lxc'"),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(capsys: Capture, arguments: list[str], said: str) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_missing_folder_exits_as_bad_input(capsys: Capture, tmp_path: Path) -> None:
    assert main(["plan", str(tmp_path / "none"), "--cache-dir", str(tmp_path / "store")]) == 2
    assert "no such folder" in capsys.readouterr().err


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more}
    return subprocess.run(
        [sys.executable, "-m", "bareboat", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=environ,
        timeout=60,
        encoding="utf-8",
    )


def test_it_is_a_program() -> None:
    done = run("schema", "plan")
    assert done.returncode == 0
    assert json.loads(done.stdout)["$defs"]
    assert run("plan", "/nonexistent").returncode == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_it(shell: str) -> None:
    if shell == "bash" and not Path("/bin/bash").exists():
        pytest.skip("no bash to ask for its version")
    done = run(_BAREBOAT_COMPLETE=f"{shell}_source")
    assert done.returncode == 0
    assert f"_BAREBOAT_COMPLETE={shell}_complete" in done.stdout.replace("env ", "")


def test_completion_knows_commands_and_options() -> None:
    asked = {"_BAREBOAT_COMPLETE": "bash_complete", "COMP_WORDS": "bareboat b", "COMP_CWORD": "1"}
    assert "plain,build" in run(**asked).stdout
    asked |= {"COMP_WORDS": "bareboat build --off", "COMP_CWORD": "2"}
    assert "plain,--offline" in run(**asked).stdout


def test_closed_streams_are_no_obstacle(tmp_path: Path) -> None:
    code = "import os, sys; os.close(0); os.close(2); os.execv(sys.executable, sys.argv[1:])"
    command = [sys.executable, "-c", code, sys.executable, "-m", "bareboat", "cache", "info"]
    done = subprocess.run(
        [*command, "--cache-dir", str(tmp_path / "store")],
        check=False,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
    )
    assert done.returncode == 0
    assert b"root" in done.stdout


def test_help_imports_no_room_below() -> None:
    """What `--help` costs beyond click is nothing that a command needs."""
    code = (
        "import sys; from bareboat.cli.main import main; main(['--help']); "
        "print([name for name in sys.modules if name.startswith('bareboat.')], file=sys.stderr)"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environ, timeout=30
    )
    rooms = {name.split(".")[1] for name in json.loads(done.stderr.replace("'", '"'))}
    assert rooms <= {"cli", "errors", "threads"}


def test_the_entry_is_what_the_package_declares() -> None:
    assert callable(program.run)
