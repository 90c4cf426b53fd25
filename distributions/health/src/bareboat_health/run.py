"""One run of one check, which any number of threads and event loops wait for together."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from bareboat_health.report import Outcome

__all__ = ["Run"]


class Run:
    """A check under way. `loop` is the event loop that its coroutine lives on, if it has one."""

    __slots__ = ("_done", "_lock", "_waiting", "deadline", "limit", "loop", "outcome", "since", "started")

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.started = time.monotonic()
        self.deadline = self.started + limit
        self.since = time.time()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.outcome: Outcome | None = None
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    @property
    def left(self) -> float:
        """Seconds until its deadline; not above zero once it has passed."""
        return self.deadline - time.monotonic()

    @property
    def is_abandoned(self) -> bool:
        """Whether its event loop was closed under it, so that it never ends."""
        return self.loop is not None and self.loop.is_closed() and not self._done.is_set()

    def finish(self, outcome: Outcome) -> None:
        """Hand the outcome to everyone who waits; called once, from any thread."""
        with self._lock:
            self.outcome = outcome
            waiting, self._waiting = self._waiting, []
        self._done.set()
        for loop, waiter in waiting:
            with suppress(RuntimeError):  # that loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(_wake, waiter)

    def wait(self) -> Outcome | None:
        """Return the outcome, None when the deadline passes first; blocks."""
        left = self.left
        if left > 0:
            self._done.wait(left)
        return self.outcome

    async def wait_async(self) -> Outcome | None:
        """Return the outcome, None when the deadline passes first; the event loop stays free."""
        import asyncio

        left = self.left
        if left <= 0:
            return self.outcome
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        with self._lock:
            if self.outcome is not None:
                return self.outcome
            self._waiting.append((loop, waiter))
        await asyncio.wait({waiter}, timeout=left)
        return self.outcome


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
