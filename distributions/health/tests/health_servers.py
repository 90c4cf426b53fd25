"""Real servers in processes of their own, on free loopback ports, ended by their pid."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Reply", "Server", "running"]

HERE = Path(__file__).resolve().parent
START = 30.0


class Reply(NamedTuple):
    """What came back, and after how many seconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class Server(NamedTuple):
    """A server that answers on a port."""

    kind: str
    port: int

    def ask(self, path: str, method: str = "GET", timeout: float = 20) -> Reply:
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, body, time.monotonic() - begun)


def uvicorn(port: int, app: str) -> list[str]:
    return ["uvicorn", app, "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]


def gunicorn(port: int, app: str) -> list[str]:
    words = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4", "--log-level", "warning"]
    return ["gunicorn", app, *words, "--graceful-timeout", "1", "--no-control-socket"]


KINDS = {"uvicorn": uvicorn, "gunicorn": gunicorn}


@contextmanager
def running(kind: str, app: str, folder: Path, environ: Mapping[str, str]) -> Iterator[Server]:
    """Give a server of `app`, a `module:attribute` of this folder, once it answers."""
    port = _free_port()
    path = os.pathsep.join([str(HERE), str(HERE.parent / "src")])
    log = folder / f"{kind}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *KINDS[kind](port, app)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path, **environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(process, port, log)
        yield Server(kind, port)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {log.read_text()}")
