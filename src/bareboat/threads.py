"""Threads for work that an error or an interrupt must not wait for.

A thread that reads from a silent server cannot be stopped. Threads left by an exception give what is
under way a moment, then go on without it; the program ends hard and leaves it behind.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

__all__ = ["GRACE", "Threads"]

GRACE = 1.0
"""Seconds that work under way gets when an exception leaves its pool."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Threads(ThreadPoolExecutor):
    """A ThreadPoolExecutor whose context waits for all work at its end, and for GRACE at an exception."""

    def __init__(self, workers: int, name: str = "") -> None:
        super().__init__(workers, thread_name_prefix=name)
        self._begun: WeakSet[Future[Any]] = WeakSet()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Start `fn` in a thread; see ThreadPoolExecutor."""
        future = super().submit(fn, *args, **kwargs)
        self._begun.add(future)
        return future

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.shutdown()
            return
        self.shutdown(wait=False, cancel_futures=True)
        running = [future for future in self._begun if not future.cancelled()]
        late = wait(running, timeout=GRACE).not_done
        if not late:
            self.shutdown()
