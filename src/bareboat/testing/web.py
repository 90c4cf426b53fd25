"""A web server on loopback that misbehaves on request: what a download must live through.

Files are put under a path; each may carry faults, used up one a request, oldest first. Every
request is remembered with its headers, so that a test sees what was sent to whom. With TLS the
certificate and key come from the caller.
"""

import base64
import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct, field

__all__ = ["Fault", "File", "Request", "Web"]

_DRIP = 0.05


class Fault(StrEnum):
    """One thing that goes wrong with one answer."""

    BUSY = "429 with Retry-After: 0"
    DOWN = "503 without a word"
    HANG_UP = "the connection is closed unanswered"
    CUT = "the body ends in the middle"
    WRONG = "other bytes of the right size"
    LONG = "more bytes than were asked for, of unknown length"
    SLOW = "a few bytes now and then"
    SILENT = "headers and then nothing for a while"
    NO_RANGE = "Range is ignored"
    OTHER_RANGE = "another range than asked for"
    BROKEN_STATUS = "an answer that is not HTTP"


class Request(Struct, frozen=True):
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]


class File(Struct):
    """What lies under a path. `login` is `user:password`; `location` makes it a redirect."""

    data: bytes = b""
    faults: list[Fault] = field(default_factory=list)
    etag: str = ""
    login: str = ""
    location: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Web:
    """The server; a context that starts and ends it. `url` is its root without a slash.

    `missing` is asked for the bytes of a path under which nothing lies, so that a server can
    stand before another one; for None it answers 404.
    """

    def __init__(
        self,
        *,
        certificate: Path | None = None,
        key: Path | None = None,
        missing: Callable[[str], bytes | None] | None = None,
    ) -> None:
        self.missing = missing
        self.requests: list[Request] = []
        self.files: dict[str, File] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.web = self
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            scheme = "https"
        self.port: int = self._server.server_address[1]
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self.lock = threading.Lock()

    def put(
        self,
        path: str,
        data: bytes = b"",
        *faults: Fault,
        etag: str = "",
        login: str = "",
        location: str = "",
    ) -> str:
        """Lay `data` under `path` and return its URL."""
        self.files[path] = File(data, list(faults), etag=etag, login=login, location=location)
        return self.url + path

    def seen(self, path: str) -> list[Request]:
        """Return the requests for `path`, in their order."""
        with self.lock:
            return [request for request in self.requests if request.path == path]

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
    web: Web
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is part of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        web = self.server.web
        request = Request(self.command, self.path, dict(self.headers.items()))
        with web.lock:
            web.requests.append(request)
            file = web.files.get(self.path)
            fault = file.faults.pop(0) if file is not None and file.faults else None
        if file is None:
            data = web.missing(self.path) if web.missing is not None else None
            file = None if data is None else File(data)
        if file is None:
            self._answer(404, {}, b"not here")
        elif fault in _REFUSALS:
            self._answer(*_REFUSALS[fault])
        elif fault is Fault.HANG_UP:
            self.close_connection = True
        elif fault is Fault.BROKEN_STATUS:
            self.wfile.write(b"nonsense\r\n\r\n")
            self.close_connection = True
        elif file.login and self.headers.get("Authorization") != _basic(file.login):
            self._answer(401, {"WWW-Authenticate": 'Basic realm="test"'}, b"")
        elif file.location:
            self._answer(file.status if file.status != 200 else 302, {"Location": file.location}, b"moved")
        else:
            self._body(file, fault)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass

    def _body(self, file: File, fault: Fault | None) -> None:
        headers = dict(file.headers)
        if file.etag:
            headers["ETag"] = file.etag
        data, status = file.data, file.status
        start = self._start(file) if fault is not Fault.NO_RANGE else 0
        if start:
            status = 206
            shown = start + 1 if fault is Fault.OTHER_RANGE else start
            headers["Content-Range"] = f"bytes {shown}-{len(data) - 1}/{len(data)}"
            data = data[start:]
            if not data:
                self._answer(416, {"Content-Range": f"bytes */{len(file.data)}"}, b"")
                return
        if fault is Fault.WRONG:
            data = bytes(byte ^ 0xFF for byte in data)
        if fault is Fault.LONG:
            self.close_connection = True
            self._answer(status, headers, data * 2, length=False)
        elif fault is Fault.CUT:
            self.close_connection = True
            self._answer(status, headers, data, pieces=[data[: len(data) // 2]])
        elif fault is Fault.SLOW:
            self._answer(status, headers, data, pieces=[data[n : n + 1] for n in range(len(data))])
        elif fault is Fault.SILENT:
            self._answer(status, headers, data, pieces=[b""] * 60)
        else:
            self._answer(status, headers, data)

    def _start(self, file: File) -> int:
        asked = self.headers.get("Range", "")
        condition = self.headers.get("If-Range", file.etag)
        if not asked.startswith("bytes=") or condition != file.etag:
            return 0
        first = asked.removeprefix("bytes=")
        return int(first[:-1]) if first.endswith("-") and first[:-1].isdigit() else 0

    def _answer(
        self,
        status: int,
        headers: Mapping[str, str],
        data: bytes,
        *,
        pieces: Iterable[bytes] | None = None,
        length: bool = True,
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if length:
            self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        with contextlib.suppress(OSError):
            for piece in pieces if pieces is not None else [data]:
                self.wfile.write(piece)
                self.wfile.flush()
                if pieces is not None:
                    time.sleep(_DRIP)


_REFUSALS: dict[Fault | None, tuple[int, dict[str, str], bytes]] = {
    Fault.BUSY: (429, {"Retry-After": "0"}, b""),
    Fault.DOWN: (503, {}, b""),
}


def _basic(login: str) -> str:
    return "Basic " + base64.b64encode(login.encode()).decode()
