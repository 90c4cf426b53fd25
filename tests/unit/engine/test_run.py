import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import hostpython
from bareboat.engine.find import Engine, Kind
from bareboat.engine.health import wait_answer, wait_healthy
from bareboat.engine.load import load, remove
from bareboat.engine.run import Container, Options, follow, logs, once, start, state, stop
from bareboat.errors import BuildError
from unit.engine.test_call import engine as scripted

PORT = 8080
REFERENCE = f"localhost/bareboat-run:{os.getpid()}"  # workers share the engines


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("image")
    (folder / "root").mkdir()
    root = hostpython.root(folder / "root")
    return hostpython.archive(root, folder / "image.tar", reference=REFERENCE, port=PORT)


@pytest.fixture
def loaded(engine: Engine, image: Path) -> Iterator[str]:
    reference = load(engine, image).reference
    yield reference
    remove(engine, reference)


@pytest.mark.engine
@pytest.mark.core
def test_a_server_runs_under_the_strict_defaults(engine: Engine, loaded: str) -> None:
    container = start(engine, loaded, Options(port=PORT))
    try:
        answer = wait_answer(container.port, "/health", is_alive=lambda: state(container).is_running)
        assert (answer.status, answer.body) == (200, "uid=65532")
        wait_healthy(container)
        assert state(container).is_running
        assert "serving" in logs(container)
        with pytest.raises(BuildError, match="status 404"):
            wait_answer(container.port, "/nothing", timeout=0.5)
    finally:
        stop(container, patience=1)
    with pytest.raises(BuildError):
        state(container)


@pytest.mark.engine
@pytest.mark.core
def test_a_command_runs_to_its_end(engine: Engine, loaded: str) -> None:
    code = "import os,sys;open('/tmp/a','w').write('1');print(os.environ['WORD']);sys.exit(3)"
    options = Options(entrypoint=hostpython.PYTHON, command=["-c", code], env={"WORD": "there"}, cpus=0.5)
    done = once(engine, loaded, options)
    assert (done.code, done.output) == (3, "there\n")
    code = "open('/made','w')"
    done = once(engine, loaded, Options(entrypoint=hostpython.PYTHON, command=["-c", code], has_tmp=False))
    assert done.code == 1
    assert "Read-only file system" in done.errors


@pytest.mark.engine
@pytest.mark.core
def test_an_image_that_ends_at_once_says_why(engine: Engine, loaded: str) -> None:
    options = Options(
        entrypoint=hostpython.PYTHON, command=["-c", "raise SystemExit('no database')"], port=PORT
    )
    with pytest.raises(BuildError, match="ended"):
        start_and_wait(engine, loaded, options)


def start_and_wait(engine: Engine, reference: str, options: Options) -> None:
    """Start and wait: an engine may have published the port before the end, then the wait tells it."""
    container = start(engine, reference, options)
    try:
        wait_answer(container.port, "/", is_alive=lambda: state(container).is_running, timeout=10)
    finally:
        stop(container)


@pytest.mark.engine
@pytest.mark.core
def test_words_are_followed(engine: Engine, loaded: str, tmp_path: Path) -> None:
    container = start(engine, loaded, Options(port=PORT))
    with (tmp_path / "words").open("wb") as output:
        process = follow(container, output)
        wait_answer(container.port, "/health")
        stop(container, patience=1)
        process.wait(20)
    assert "serving" in (tmp_path / "words").read_text()


@pytest.mark.engine
@pytest.mark.core
def test_an_unknown_image_is_one_line(engine: Engine) -> None:
    with pytest.raises(BuildError) as caught:
        once(engine, "localhost/bareboat-nothing:1", Options(command=["x"]))
    assert "\n" not in str(caught.value)


def test_a_command_that_does_not_end(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="app:1: still running after 0 s"):
        once(scripted(tmp_path, "exec sleep 20"), "app:1", timeout=0.2)


def test_flags_are_as_asked(tmp_path: Path) -> None:
    found = scripted(tmp_path, 'echo "$@" >&2; exit 0')
    options = Options(name="n", volumes=["/a:/b:ro"], is_strict=False, has_tmp=False)
    assert once(found, "app:1", options).errors == "run --rm --name n --volume /a:/b:ro app:1\n"
    plain = Engine(Kind.PODMAN, found.program, "5", environ=found.environ)
    assert "--read-only-tmpfs=false" in once(plain, "app:1", Options(has_tmp=False)).errors
    probing = Options(probe=["/usr/bin/python3", "-c", "0"])
    assert '--health-cmd ["/usr/bin/python3", "-c", "0"] app:1' in once(plain, "app:1", probing).errors
    assert "--health-cmd" not in once(found, "app:1", probing).errors


def test_a_port_that_is_not_published(tmp_path: Path) -> None:
    script = """case $1 in
    run) echo abc ;;
    container) echo '[{"State": {"Running": true}}]' ;;
    *) echo nothing ;;
    esac"""
    with pytest.raises(BuildError, match="port 80 is not published"):
        start(scripted(tmp_path, script), "app:1", Options(port=80))


def test_a_container_that_ended_before_its_port_was_asked(tmp_path: Path) -> None:
    script = """case $1 in
    run) echo abc ;;
    port) exit 1 ;;
    logs) echo 'no database' ;;
    container) echo '[{"State": {"Running": false, "ExitCode": 3}}]' ;;
    esac"""
    with pytest.raises(BuildError, match="app:1: the container ended at once with exit code 3") as caught:
        start(scripted(tmp_path, script), "app:1", Options(port=80))
    assert caught.value.hint == "no database"


def test_without_a_port_nothing_is_published(tmp_path: Path) -> None:
    found = scripted(tmp_path, "echo abc")
    assert start(found, "app:1") == Container(found, "abc", 0)
