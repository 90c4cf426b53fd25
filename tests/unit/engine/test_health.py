import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bareboat.engine.find import Engine, Kind
from bareboat.engine.health import wait_answer, wait_healthy
from bareboat.engine.run import Container
from bareboat.errors import BuildError
from unit.engine.test_call import engine as scripted


class Slow(http.server.BaseHTTPRequestHandler):
    """Refuses twice, then is well."""

    seen = 0

    def do_GET(self) -> None:
        type(self).seen += 1
        self.send_response(503 if type(self).seen < 3 else 200)
        self.end_headers()
        self.wfile.write(b"well" if type(self).seen >= 3 else b"waking")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def port() -> Iterator[int]:
    Slow.seen = 0
    server = http.server.HTTPServer(("127.0.0.1", 0), Slow)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def free_port() -> int:
    server = http.server.HTTPServer(("127.0.0.1", 0), Slow)
    server.server_close()
    return server.server_port


def test_it_waits_for_a_good_answer(port: int) -> None:
    answer = wait_answer(port, "/", timeout=10)
    assert (answer.status, answer.body) == (200, "well")
    assert 0 < answer.seconds < 10


def test_the_last_thing_seen_is_told(port: int) -> None:
    Slow.seen = -10_000
    with pytest.raises(BuildError, match=r"no good answer within 0\.3 s, last: status 503: waking"):
        wait_answer(port, "/", timeout=0.3)


def test_nothing_listens() -> None:
    with pytest.raises(BuildError, match=r"last: .*refused"):
        wait_answer(free_port(), "/", timeout=0.2)


def test_what_has_ended_is_not_waited_for() -> None:
    with pytest.raises(BuildError, match="ended before it answered"):
        wait_answer(free_port(), "/", timeout=30, is_alive=lambda: False)


def inspected(folder: Path, text: str) -> Container:
    (folder / "state").write_text(text)
    found = scripted(folder, f"case $1 in container) cat {folder}/state ;; logs) echo last words ;; esac")
    return Container(found, "abc")


def test_the_engine_calls_it_healthy(tmp_path: Path) -> None:
    wait_healthy(inspected(tmp_path, '[{"State": {"Running": true, "Health": {"Status": "healthy"}}}]'))


def test_unhealthy_is_told_with_the_last_words(tmp_path: Path) -> None:
    container = inspected(tmp_path, '[{"State": {"Running": true, "Health": {"Status": "unhealthy"}}}]')
    with pytest.raises(BuildError, match=r"not healthy within 0\.3 s: unhealthy") as caught:
        wait_healthy(container, timeout=0.3)
    assert caught.value.hint == "last words"


def test_an_end_is_told(tmp_path: Path) -> None:
    container = inspected(tmp_path, '[{"State": {"Running": false, "ExitCode": 1}}]')
    with pytest.raises(BuildError, match="ended with exit code 1"):
        wait_healthy(container)


def test_an_image_without_a_check(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="no health check"):
        wait_healthy(inspected(tmp_path, '[{"State": {"Running": true}}]'))


def test_podman_is_asked_to_run_the_check(tmp_path: Path) -> None:
    state = 'echo \'[{"State": {"Running": true}}]\''
    script = f'case $1 in container) {state} ;; healthcheck) echo $WELL >&2; [ -z "$WELL" ] ;; esac'
    found = scripted(tmp_path, script)

    def saying(words: str) -> Container:
        return Container(
            Engine(Kind.PODMAN, found.program, "5", environ=(*found.environ, ("WELL", words))), "abc"
        )

    wait_healthy(saying(""))
    with pytest.raises(BuildError, match="unhealthy: connection refused"):
        wait_healthy(saying("connection refused"), timeout=0.3)
    with pytest.raises(BuildError, match="no health check"):
        wait_healthy(saying("container abc has no defined healthcheck"))
