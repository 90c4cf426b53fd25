"""Bytecode made by the target's own interpreter: the same bytes in any order and by any number of workers.

Workers are processes fed over pipes. `-I` is not used on purpose: it would make the interpreter
ignore PYTHONHASHSEED and PYTHONHOME; the environment is ours entirely instead.

Spec: PEP 552 (unchecked hash-based .pyc), PEP 3147 (their names).
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from importlib.resources import files
from posixpath import dirname
from types import TracebackType
from typing import Self

from msgspec import Struct

from bareboat.errors import BuildError
from bareboat.finding import Finding, Severity
from bareboat.target import PythonVersion
from bareboat.tree.content import Content
from bareboat.tree.entry import Kind
from bareboat.tree.tree import Tree
from bareboat.wheel.process import Answer, Process

__all__ = ["SKIPPED", "Compiler", "Interpreter", "sources"]

SKIPPED = "BB930"
"""The code of the finding for a source that does not compile."""
_FLAGS = ("-s", "-S", "-B", "-W", "ignore", "-c")
_MAX_SOURCE = 32 << 20
_PATIENCE = 600.0
_WINDOW_FILES = 48
_WINDOW_BYTES = 8 << 20


class Interpreter(Struct, frozen=True):
    """A command that starts CPython, its whole environment, and the version that it must have."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    version: str


def sources(tree: Tree, *, prefix: str = "opt/venv") -> Iterator[tuple[str, Content]]:
    """Yield what of `tree` is to be compiled: every `.py` but the scripts of the environment."""
    for entry in tree:
        is_source = entry.kind is Kind.FILE and entry.path.endswith(".py")
        if is_source and entry.content is not None and dirname(entry.path) != f"{prefix}/bin":
            yield entry.path, entry.content


class Compiler:
    """A pool of workers that several threads share; leaving the context ends them.

    Workers start when there is work for them.
    """

    def __init__(self, interpreter: Interpreter, *, workers: int) -> None:
        self._interpreter = interpreter
        self._limit = max(1, workers)
        self._processes: list[Process] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; work under way fails with BuildError."""
        with self._lock:
            self._is_closed = True
            ending, self._processes = self._processes, []
        for process in ending:
            process.close()

    def compile(
        self, sources: Iterable[tuple[str, Content]], *, findings: list[Finding] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Yield path and bytes of a .pyc for each source, a path in the image and its content, in order.

        What does not compile is left out and noted in `findings`. Raises BuildError when a worker
        dies, naming the file, and when the interpreter is not the version that it should be.
        """
        window: deque[tuple[str, int, Future[Answer]]] = deque()
        held = 0
        for path, content in sources:
            if content.size > _MAX_SOURCE:
                _note(findings, path, f"{content.size} bytes are more than a source may have")
                continue
            source = b"".join(content.chunks())
            window.append((path, len(source), self._submit(path, source)))
            held += len(source)
            while len(window) > _WINDOW_FILES or held > _WINDOW_BYTES:
                oldest, size, future = window.popleft()
                held -= size
                yield from _result(oldest, future, findings)
        for oldest, _, future in window:
            yield from _result(oldest, future, findings)

    def _submit(self, path: str, source: bytes) -> Future[Answer]:
        with self._lock:
            if self._is_closed:
                raise BuildError("the compiler is closed", where=path)
            process = min(self._processes, key=lambda each: each.load, default=None)
            if process is None or (process.load and len(self._processes) < self._limit):
                process = self._start()
                self._processes.append(process)
            future = process.accept(path, source)
        process.send()
        return future

    def _start(self) -> Process:
        environment = {**self._interpreter.env, "PYTHONHASHSEED": "0"}
        program = files("bareboat.wheel").joinpath("worker.py").read_text(encoding="utf-8")
        process = Process((*self._interpreter.argv, *_FLAGS, program), environment)
        wanted = PythonVersion.parse(self._interpreter.version)
        if PythonVersion.parse(process.version) != wanted:
            process.close()
            raise BuildError(
                f"is Python {process.version}, not {wanted}",
                where=self._interpreter.argv[0],
                hint="bytecode must come from the version that the image runs",
            )
        return process


def _result(path: str, future: Future[Answer], findings: list[Finding] | None) -> Iterator[tuple[str, bytes]]:
    try:
        answer = future.result(_PATIENCE)
    except TimeoutError as error:
        raise BuildError(f"is still not compiled after {_PATIENCE:.0f} s", where=path) from error
    if answer.reason:
        _note(findings, path, answer.reason)
        return
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".py")
    yield f"{folder}/__pycache__/{stem}.{answer.cache_tag}.pyc".lstrip("/"), answer.data


def _note(findings: list[Finding] | None, path: str, reason: str) -> None:
    if findings is not None:
        findings.append(
            Finding(
                SKIPPED,
                path,
                f"is not compiled: {reason}",
                Severity.INFO,
                hint="templates and files for other Python versions do not compile, and are not imported",
            )
        )
