"""A server that speaks enough PostgreSQL for `SELECT 1`, and can be told to hang instead.

While it hangs it accepts connections and never says a word, as a database behind a dead disk does.
Spec: PostgreSQL 17, Frontend/Backend Protocol 3.0.
"""

import socket
import struct
import threading
from contextlib import suppress

__all__ = ["Postgres"]

SSL = 80877103
GSS = 80877104
PARAMETERS = {
    "client_encoding": "UTF8",
    "DateStyle": "ISO, MDY",
    "standard_conforming_strings": "on",
    "server_version": "17.0",
    "integer_datetimes": "on",
}


class Postgres:
    """Listens on a free loopback port until closed; `hangs` may change at any time."""

    def __init__(self) -> None:
        self.hangs = False
        self.accepted = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._held: list[socket.socket] = []
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def dsn(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=shop dbname=shop"

    def recover(self) -> None:
        """Answer again; who was left hanging is cut off."""
        self.hangs = False
        self._cut()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._cut()

    def _cut(self) -> None:
        held, self._held = self._held, []
        for connection in held:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            self._held.append(connection)
            if not self.hangs:
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, EOFError), connection:
            self._start(connection)
            while True:
                kind = _exactly(connection, 1)
                text = _exactly(connection, struct.unpack("!I", _exactly(connection, 4))[0] - 4)
                if kind == b"X":
                    return
                if self.hangs:
                    threading.Event().wait(60)
                connection.sendall(_result(text.rstrip(b"\0").upper()) + _message(b"Z", b"I"))

    def _start(self, connection: socket.socket) -> None:
        while True:
            length, code = struct.unpack("!II", _exactly(connection, 8))
            _exactly(connection, length - 8)
            if code not in (SSL, GSS):
                break
            connection.sendall(b"N")
        hello = _message(b"R", struct.pack("!I", 0))
        for name, value in PARAMETERS.items():
            hello += _message(b"S", f"{name}\0{value}\0".encode())
        connection.sendall(hello + _message(b"K", struct.pack("!II", 1, 1)) + _message(b"Z", b"I"))


def _result(statement: bytes) -> bytes:
    if statement != b"SELECT 1":
        return _message(b"C", statement.split(b" ")[0] + b"\0")
    column = struct.pack("!H", 1) + b"one\0" + struct.pack("!IHIhiH", 0, 0, 23, 4, -1, 0)
    row = struct.pack("!HI", 1, 1) + b"1"
    return _message(b"T", column) + _message(b"D", row) + _message(b"C", b"SELECT 1\0")


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def _exactly(connection: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = connection.recv(count - len(found))
        if not more:
            raise EOFError
        found += more
    return found
