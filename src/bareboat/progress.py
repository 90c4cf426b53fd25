"""Events of long work, sent by any room and shown by the caller alone.

Nothing here prints. A room takes a `Progress`, begins tasks, advances them and ends them;
calls may come from any thread. `SILENT` swallows everything.
"""

from contextlib import AbstractContextManager
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

__all__ = ["SILENT", "Kind", "Progress", "Task"]


class Kind(StrEnum):
    """What a task is about."""

    RESOLVE = "resolve"
    DOWNLOAD = "download"
    UNPACK = "unpack"
    COMPILE = "compile"
    LAYER = "layer"
    WRITE = "write"
    START = "start"


class Task(AbstractContextManager["Task"], Protocol):
    """Work under way; leaving the context ends it."""

    def advance(self, amount: int) -> None:
        """Count `amount` more units (bytes for DOWNLOAD, LAYER, WRITE; files for COMPILE)."""


class Progress(Protocol):
    """Where events go."""

    def begin(self, kind: Kind, name: str, *, total: int | None = None) -> Task:
        """Return a running task of `total` units, None where that is unknown."""

    def note(self, message: str) -> None:
        """Say one line that the user should see but that is no result."""

    def warn(self, message: str) -> None:
        """Say one line about something that may not be what the user wants."""


class _SilentTask:
    def advance(self, amount: int) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


class _Silent:
    def begin(self, kind: Kind, name: str, *, total: int | None = None) -> Task:
        return _SilentTask()

    def note(self, message: str) -> None:
        pass

    def warn(self, message: str) -> None:
        pass


SILENT: Progress = _Silent()
