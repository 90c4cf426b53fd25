"""Runs in a network of its own: starts an unpacked image there, asks it, and says what came.

Given as JSON on standard input, answered as one JSON object. A network apart lets any number of images
listen on the same port at once, and nothing else answer in their place. Knows bareboat's sandbox alone.
"""

import fcntl
import http.client
import json
import os
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bareboat.errors import BuildError
from bareboat.sandbox import namespaces

__all__: list[str] = []

PAUSE = 0.05
PATIENCE = 60.0  # seconds until something that was started has answered, said its word or ended
SETTLING = 1.0  # some log that they are ready and then take their signals; number 1 is deaf until it does
_READ_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


def raise_loopback() -> None:
    """Switch on `lo`, which is down in a new network."""
    with socket.socket() as any_socket:
        asked = fcntl.ioctl(any_socket, _READ_FLAGS, struct.pack("16sh14x", b"lo", 0))
        (flags,) = struct.unpack("16xh14x", asked)
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def ask(port: int, path: str) -> tuple[int, str]:
    """Return status and body of one request; an OSError where nothing answers yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read(1 << 20).decode(errors="replace")
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def until(found: Callable[[], Any], process: namespaces.Process) -> Any:
    """Return the first true value of `found`, None when time is up or the process has ended."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        is_running = process.is_running()
        if value := found():
            return value
        if not is_running:
            return None
        time.sleep(PAUSE)
    return None


class Started:
    """One image, started as often as asked, with what it wrote so far."""

    def __init__(self, told: dict[str, Any], words: Path) -> None:
        self.told = told
        self.words = words

    def start(self, command: list[str], output: Path) -> namespaces.Process:
        with output.open("ab") as stream:
            return namespaces.start(
                Path(self.told["root"]),
                command,
                env=self.told["env"],
                working_dir=self.told["working_dir"],
                writable=self.told["writable"],
                output=stream,
            )

    def said(self) -> str:
        return self.words.read_bytes().decode(errors="replace")

    def answer(self, process: namespaces.Process, path: str, text: str) -> list[Any]:
        """Return status and body once the port answers; wait for a body with `text` while it starts."""
        seen: list[Any] = []

        def answered() -> bool:
            try:
                seen[:] = ask(self.told["port"], path)
            except OSError as error:
                seen[:] = [0, str(error)]
                return False
            return text in seen[1] or seen[0] not in {404, 502, 503}

        until(answered, process)
        return seen

    def check(self) -> list[Any]:
        """Return how the image's own health check ends, and its words, tried until it is good."""
        words = self.words.with_name("check")
        end = time.monotonic() + PATIENCE / 3
        while True:
            code = self.start(self.told["check"], words).wait(PATIENCE)
            if code == 0 or time.monotonic() > end:
                return [code, words.read_bytes().decode(errors="replace")[-2000:]]
            time.sleep(PAUSE * 4)

    def run(self) -> dict[str, Any]:
        process = self.start(self.told["command"], self.words)
        found: dict[str, Any] = {"answers": [], "check": None}
        try:
            for path, text in self.told["asked"]:
                found["answers"].append(self.answer(process, path, text))
            if self.told["check"] and found["answers"] and found["answers"][0][0]:
                found["check"] = self.check()
            word = self.told["word"]
            if self.told["ends"]:
                process.wait(PATIENCE)
            elif word:
                until(lambda: word in self.said(), process)
                time.sleep(SETTLING)
            found["lived"] = process.is_running()
            found["code"] = process.stop(patience=15) if process.is_running() else process.wait()
        except BuildError as error:
            found["failure"] = str(error)
        finally:
            if process.is_running():
                process.stop(patience=1)
        return {**found, "said": self.said()[-20000:]}


def main() -> None:
    told = json.load(sys.stdin)
    raise_loopback()
    with tempfile.TemporaryDirectory() as folder:
        answer = Started(told, Path(folder, "words")).run()
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
