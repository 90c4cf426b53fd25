"""A project built and started; in user namespaces, where this machine allows them."""

import os
import socket
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat.errors import BuildError, InputError
from bareboat.jobs.context import Context
from bareboat.jobs.run import NAMESPACES, _way_out, prepare, started
from bareboat.sandbox import namespaces


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def context() -> Context:
    context = smallbase.world().context()
    return replace(context, environ={**context.environ, "PATH": os.environ["PATH"]})


@pytest.fixture
def allowed() -> None:
    reason = namespaces.available()
    if reason is not None:
        pytest.skip(f"no user namespaces here: {reason}")


@pytest.mark.usefixtures("allowed")
def test_it_starts_answers_and_is_gone_afterwards(tmp_path: Path, context: Context) -> None:
    port = free_port()
    ready = prepare(smallbase.project(tmp_path / "shop", port=port), {}, context, engine=NAMESPACES)
    assert ready.reference == "shop:latest"
    with started(ready, context) as running:
        assert running.address == f"http://127.0.0.1:{port}/health"
        assert running.engine == NAMESPACES
        assert running.wait_healthy() == "ok"
    with socket.socket() as caller:
        assert caller.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.usefixtures("allowed")
def test_arguments_replace_the_command_and_its_exit_code_comes_back(tmp_path: Path, context: Context) -> None:
    ready = prepare(smallbase.project(tmp_path / "shop"), {}, context, engine=NAMESPACES)
    program = "import os, sys; sys.exit(3 if os.getuid() == 65532 and os.getcwd() == '/app' else 4)"
    with started(ready, context, arguments=["python", "-c", program]) as running:
        assert running.wait() == 3


@pytest.mark.usefixtures("allowed")
def test_the_image_imports_what_it_holds(tmp_path: Path, context: Context) -> None:
    ready = prepare(smallbase.project(tmp_path / "shop"), {}, context, engine=NAMESPACES)
    program = "import fastapi, main, sys; sys.exit(0 if main.__cached__.endswith('.pyc') else 1)"
    with started(ready, context, arguments=["python", "-c", program]) as running:
        assert running.wait() == 0


@pytest.mark.usefixtures("allowed")
def test_what_listens_on_no_port_has_no_health(tmp_path: Path, context: Context) -> None:
    folder = smallbase.project(tmp_path / "shop")
    text = (folder / "pyproject.toml").read_text().replace("port = 8000", 'command = ["python", "-c", ""]')
    (folder / "pyproject.toml").write_text(text)
    ready = prepare(folder, {}, context, engine=NAMESPACES)
    with started(ready, context) as running:
        assert running.address == ""
        with pytest.raises(BuildError, match="listens on no port"):
            running.wait_healthy()


def test_another_port_cannot_be_had_in_namespaces(tmp_path: Path, context: Context) -> None:
    ready = prepare(smallbase.project(tmp_path / "shop"), {}, context, engine=NAMESPACES)
    with (
        pytest.raises(InputError, match="cannot be another") as caught,
        started(ready, context, publish=9999),
    ):
        pass
    assert "--port 9999" in caught.value.hint


def test_an_engine_that_is_not_there_is_told(tmp_path: Path, context: Context) -> None:
    bare = replace(context, environ={**context.environ, "PATH": "/nonexistent"})
    with pytest.raises(InputError, match="docker"):
        prepare(smallbase.project(tmp_path / "shop"), {}, bare, engine="docker")


def test_without_engines_namespaces_are_taken_or_the_reason_told(tmp_path: Path, context: Context) -> None:
    bare = replace(context, environ={**context.environ, "PATH": "/nonexistent"})
    folder = smallbase.project(tmp_path / "shop")
    if namespaces.available() is None:
        assert prepare(folder, {}, bare).engine == NAMESPACES
    else:
        with pytest.raises(InputError, match="nothing here can start an image"):
            prepare(folder, {}, bare)


def test_the_last_words_come_with_a_way_to_write() -> None:
    lines = [f"line {number}" for number in range(30)]
    refused = "OSError: [Errno 30] Read-only file system: 'logs'"
    assert _way_out("\n".join(lines) + "\n").splitlines() == lines[-20:]
    assert _way_out("\n".join((*lines, refused))).splitlines()[1:] == [*lines[-19:], refused]
    assert "writable" in _way_out(refused).splitlines()[0]
    assert not _way_out("")
