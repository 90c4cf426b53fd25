"""One check through time: one run at a time, shared by all who ask, its answer kept while fresh.

A run that outlives its limit keeps its one thread or task; until it ends, everyone who asks is
told at once that it still runs, and nothing new is started.
"""

from __future__ import annotations

import inspect
import os
import threading
import time
import weakref
from contextlib import suppress
from contextvars import Context
from typing import TYPE_CHECKING, Any

from bareboat_health.check import Check, Unavailable
from bareboat_health.report import Outcome
from bareboat_health.run import Run

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable

__all__ = ["Runner"]

_every: weakref.WeakSet[Runner] = weakref.WeakSet()


class Runner:
    """Runs one check; safe to use from any thread and any event loop."""

    def __init__(self, check: Check, *, timeout: float, ttl: float, verbose: bool) -> None:
        self.check = check
        self.timeout = timeout if check.timeout is None else check.timeout
        self.ttl = ttl if check.ttl is None else check.ttl
        self._verbose = verbose
        self._last: Outcome | None = None
        self._fresh_until = 0.0
        self.reset()
        _every.add(self)

    def reset(self) -> None:
        """Forget the run under way: after a fork, its thread lives in the parent alone."""
        self._lock = threading.Lock()
        self._run: Run | None = None

    def begin(self, loop: asyncio.AbstractEventLoop | None = None) -> Outcome | Run:
        """Return the answer while it is fresh, else the run under way, else a new one.

        `loop` is the running event loop of the caller, None where there is none.
        """
        with self._lock:
            if self._last is not None and time.monotonic() < self._fresh_until:
                return self._last
            if self._run is not None and not self._run.is_abandoned:
                return self._run
            run = self._run = Run(self.timeout)
        try:
            if loop is not None and _gives_coroutine(self.check.call):
                self._spawn(run, loop, self.check.call())
            else:
                name = f"health {self.check.name}"
                threading.Thread(target=self._work, args=(run, loop), name=name, daemon=True).start()
        except Exception as error:  # noqa: BLE001  no thread to be had, say
            self._failed(run, error)
        return run

    def unfinished(self, run: Run) -> Outcome:
        """Return what is said of a run whose time is over."""
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.since))
        detail = f"still running since {since}, its limit is {run.limit:g} s"
        return Outcome(self.check.name, ok=False, seconds=time.monotonic() - run.started, detail=detail)

    def _work(self, run: Run, loop: asyncio.AbstractEventLoop | None) -> None:
        """Be the thread of a run."""
        try:
            result = self.check.call()
            if inspect.isawaitable(result):
                if loop is not None:
                    self._hand_over(run, loop, result)
                    return
                result = _awaited(result, run.left)
        except BaseException as error:  # noqa: BLE001  whatever ends a check is its answer
            self._failed(run, error)
        else:
            self._returned(run, result)

    def _hand_over(self, run: Run, loop: asyncio.AbstractEventLoop, result: Awaitable[Any]) -> None:
        try:
            loop.call_soon_threadsafe(self._spawn, run, loop, result)
        except RuntimeError:  # the loop was closed in the meantime
            if inspect.iscoroutine(result):
                result.close()
            raise

    def _spawn(self, run: Run, loop: asyncio.AbstractEventLoop, awaitable: Awaitable[Any]) -> None:
        """Make a task of a run, which is cancelled at the deadline."""
        run.loop = loop
        # A context of its own: the check is nobody's request.
        task = Context().run(loop.create_task, _settle(awaitable))
        alarm = loop.call_later(max(run.left, 0), task.cancel)

        def ended(task: asyncio.Task[Any]) -> None:
            alarm.cancel()
            error = None if task.cancelled() else task.exception()
            if task.cancelled():
                self._end(run, ok=False, detail=f"no answer within {run.limit:g} s")
            elif error is not None:
                self._failed(run, error)
            else:
                self._returned(run, task.result())

        task.add_done_callback(ended)

    def _returned(self, run: Run, result: object) -> None:
        if result is False:
            self._end(run, ok=False, detail="the check returned False")
        else:
            self._end(run, ok=True, detail=result if isinstance(result, str) else "")

    def _failed(self, run: Run, error: BaseException) -> None:
        if isinstance(error, Unavailable):
            detail = str(error)
        elif self._verbose:
            detail = f"{type(error).__name__}: {error}"
        else:
            detail = type(error).__name__
        self._end(run, ok=False, detail=detail)

    def _end(self, run: Run, *, ok: bool, detail: str) -> None:
        """Keep the outcome where it came in time: a late one says nothing of now."""
        now = time.monotonic()
        outcome = Outcome(self.check.name, ok=ok, seconds=now - run.started, detail=detail)
        with self._lock:
            if self._run is run:
                self._run = None
                if now <= run.deadline:
                    self._last, self._fresh_until = outcome, now + self.ttl
        run.finish(outcome)


async def _settle(awaitable: Awaitable[Any]) -> object:
    return await awaitable


def _awaited(awaitable: Awaitable[Any], limit: float) -> object:
    """Return what an awaitable gives, on an event loop of this thread's own."""
    import asyncio

    return asyncio.run(asyncio.wait_for(_settle(awaitable), max(limit, 0.001)))


def _gives_coroutine(call: object) -> bool:
    """Say whether calling it does nothing but make a coroutine."""
    while hasattr(call, "func") and hasattr(call, "keywords"):  # functools.partial
        call = call.func
    return inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(type(call).__call__)


def _forked() -> None:
    for runner in list(_every):
        runner.reset()


with suppress(AttributeError):  # no fork on this system
    os.register_at_fork(after_in_child=_forked)
