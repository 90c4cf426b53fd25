"""One compiling process: requests go in, answers come out in order, both ends at once.

A thread reads every answer as it comes, so neither pipe can fill up and stop the other; several
requests are under way in one process, which never waits for us.
"""

import contextlib
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future

from msgspec import Struct

from bareboat.errors import BuildError

__all__ = ["Answer", "Process"]

_PIPE = 1 << 20
_GRACE = 5.0


class Answer(Struct, frozen=True):
    """What became of one source: the bytes of its .pyc, or the reason why there are none."""

    data: bytes
    cache_tag: str
    reason: str = ""


class _Request(Struct, frozen=True):
    path: str
    source: bytes
    future: Future[Answer]

    def frame(self) -> bytes:
        name = b"/" + self.path.encode("utf-8", "surrogateescape")
        return len(name).to_bytes(4, "big") + len(self.source).to_bytes(4, "big") + name + self.source


class Process:
    """A running worker, its greeting read. `version` is the interpreter's, as in 3.13.5.

    Raises BuildError when the command does not start or does not greet.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._name = command[0]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 # closed by close()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._unsent: deque[_Request] = deque()
        self._pending: deque[_Request] = deque()
        self._failure: BuildError | None = None
        self.load = 0
        try:
            # A group of its own: an interrupt reaches us alone, and we end the workers.
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=dict(environment),
                cwd="/",
                process_group=0,
                pipesize=_PIPE,
            )
        except OSError as error:
            self._errors.close()
            raise BuildError(f"cannot be started: {error.strerror}", where=self._name) from error
        greeting = self._frame()
        if greeting is None:
            words = self._last_words()
            self._end(kill=True)
            raise BuildError(f"compiles nothing: {words}", where=self._name)
        self.version, self._cache_tag = greeting[1].decode().split(" ")
        self._reader = threading.Thread(target=self._read, name="bytecode", daemon=True)
        self._reader.start()

    def accept(self, path: str, source: bytes) -> Future[Answer]:
        """Take on a source; the answer comes after `send`. Calls must not overlap."""
        request = _Request(path, source, Future())
        with self._lock:
            self.load += len(source) + 1
            self._unsent.append(request)
        return request.future

    def send(self) -> None:
        """Send what was accepted; may wait until the process has read earlier requests."""
        with self._writing:
            while True:
                with self._lock:
                    if not self._unsent:
                        return
                    request = self._unsent.popleft()
                    self._pending.append(request)
                    failure = self._failure
                if failure is not None:
                    self._fail_all()
                    return
                try:
                    if self._popen.stdin is not None:
                        self._popen.stdin.write(request.frame())
                        self._popen.stdin.flush()
                except (OSError, ValueError):
                    return  # it has died or was closed: the reader fails every request, with the reason

    def _read(self) -> None:
        while (frame := self._frame()) is not None:
            status, payload = frame
            with self._lock:
                request = self._pending.popleft()
                self.load -= len(request.source) + 1
            if status:
                request.future.set_result(Answer(b"", self._cache_tag, payload.decode("utf-8", "replace")))
            else:
                request.future.set_result(Answer(payload, self._cache_tag))
        self._fail_all()

    def _frame(self) -> tuple[int, bytes] | None:
        stream = self._popen.stdout
        if stream is None:
            return None
        head = stream.read(5)
        if len(head) < 5:
            return None
        size = int.from_bytes(head[1:], "big")
        payload = stream.read(size)
        return (head[0], payload) if len(payload) == size else None

    def _fail_all(self) -> None:
        """Fail what waits; the oldest request is the one that the process worked on."""
        with self._lock:
            failed = [*self._pending, *self._unsent]
            self._pending.clear()
            self._unsent.clear()
            if self._failure is None:
                path = failed[0].path if failed else self._name
                words = self._last_words()
                self._failure = BuildError(f"the compiling process died: {words}", where=path)
        for request in failed:
            request.future.set_exception(self._failure)

    def _last_words(self) -> str:
        try:
            code = self._popen.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            code = self._popen.wait()
        self._errors.seek(0)
        lines = self._errors.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"signal {-code}" if code < 0 else f"exit code {code}"

    def close(self) -> None:
        """End the process, in the middle of its work where it has some; may be called again."""
        self._end(kill=self.load > 0)

    def _end(self, *, kill: bool) -> None:
        if kill:
            self._popen.kill()
        with self._writing, contextlib.suppress(OSError):
            if self._popen.stdin is not None:
                self._popen.stdin.close()
        try:
            self._popen.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        if hasattr(self, "_reader"):
            self._reader.join()
        if self._popen.stdout is not None:
            self._popen.stdout.close()
        self._errors.close()
