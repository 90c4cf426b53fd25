"""A forwarding proxy on loopback, for tests: plain requests and CONNECT tunnels.

Every host name leads to 127.0.0.1, so that a test can use names that exist nowhere.
"""

import base64
import contextlib
import select
import socket
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

__all__ = ["Proxy"]


class Proxy:
    """The proxy; a context that starts and ends it. `asked` are the targets in their order."""

    def __init__(self, *, login: str = "") -> None:
        self.asked: list[str] = []
        self.login = login
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    proxy: Proxy
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is part of the test."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        if not self._may_pass():
            return
        target = urlsplit(self.path)
        connection = HTTPConnection("127.0.0.1", target.port or 80, timeout=10)
        sent = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy-")}
        with contextlib.closing(connection):
            connection.request("GET", target.path, headers=sent)
            answer = connection.getresponse()
            data = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_CONNECT(self) -> None:
        if not self._may_pass():
            return
        port = int(self.path.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as upstream:
            self.send_response(200)
            self.end_headers()
            _relay(self.connection, upstream)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass

    def _may_pass(self) -> bool:
        proxy = self.server.proxy
        proxy.asked.append(self.path)
        wanted = "Basic " + base64.b64encode(proxy.login.encode()).decode()
        if proxy.login and self.headers.get("Proxy-Authorization") != wanted:
            self.send_response(407)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return False
        return True


def _relay(one: socket.socket, other: socket.socket) -> None:
    pairs = {one: other, other: one}
    while True:
        ready, _, _ = select.select(list(pairs), [], [], 10)
        for source in ready:
            data = source.recv(1 << 16)
            if not data:
                return
            pairs[source].sendall(data)
        if not ready:
            return
