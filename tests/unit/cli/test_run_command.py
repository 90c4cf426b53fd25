"""`bareboat run`: build, start, watch, and pass the application's exit code on."""

import socket
from pathlib import Path

import pytest

import smallbase
from bareboat.cli.main import main
from bareboat.sandbox import namespaces

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reason = namespaces.available()
    if reason is not None:
        pytest.skip(f"no user namespaces here: {reason}")
    return smallbase.locked(tmp_path / "shop")


def free_port() -> str:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return str(held.getsockname()[1])


def test_check_prints_the_answer(folder: Path, capsys: Capture) -> None:
    port = free_port()
    options = ["--engine", "namespaces", "--check", "--port", port]
    assert main(["run", *smallbase.arguments(folder), *options]) == 0
    said = capsys.readouterr()
    assert said.out == "ok\n"
    assert "shop:latest in namespaces" in said.err
    assert f"answers at http://127.0.0.1:{port}/health" in said.err


def test_quiet_says_nothing_else(folder: Path, capsys: Capture) -> None:
    options = ["--engine", "namespaces", "--check", "-q", "--port", free_port()]
    assert main(["run", *smallbase.arguments(folder), *options]) == 0
    assert capsys.readouterr() == ("ok\n", "")


def test_the_exit_code_is_the_applications(folder: Path) -> None:
    options = ["--engine", "namespaces", "--", "python", "-c", "raise SystemExit(5)"]
    assert main(["run", *smallbase.arguments(folder), *options]) == 5


def test_a_command_that_is_not_there_is_one_line(folder: Path, capsys: Capture) -> None:
    options = ["--engine", "namespaces", "--", "sh"]
    assert main(["run", *smallbase.arguments(folder), *options]) in {2, 7}
    assert "cannot execute sh" in capsys.readouterr().err


def test_an_engine_that_is_not_there_is_told(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert main(["run", *smallbase.arguments(folder), "--engine", "podman"]) == 2
    assert "podman: not on the PATH" in capsys.readouterr().err
