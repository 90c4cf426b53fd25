"""What is checked: a name and a callable, and how a check says that something is not well."""

from __future__ import annotations

import math
from typing import Any, Callable, NamedTuple

__all__ = ["Call", "Check", "Unavailable", "check", "positive"]

Call = Callable[[], Any]


class Unavailable(Exception):  # noqa: N818  it is the word of the answer
    """Raised by a check; its text is shown to whoever asks, so it holds nothing secret."""


class Check(NamedTuple):
    """One thing to check; made by `check`, `database`, `disk` and `memory`.

    `timeout` and `ttl` are seconds; None takes those of the Health that it is given to.
    """

    name: str
    call: Call
    timeout: float | None = None
    ttl: float | None = None


def check(name: str, call: Call, *, timeout: float | None = None, ttl: float | None = None) -> Check:
    """Return a check of your own: a function, a coroutine function, or a function that gives an awaitable.

    It fails by raising or by returning False. A text that it returns, or the text of an
    `Unavailable` that it raises, is shown as the detail; of another exception the class alone.
    A coroutine runs on the event loop of the ASGI server, anything else in a thread.
    """
    if not name:
        raise ValueError("a check needs a name")
    if not callable(call):
        raise TypeError(f"{name}: a callable is wanted, seen {type(call).__name__}")
    positive(f"{name}: timeout", timeout)
    positive(f"{name}: ttl", ttl, zero=True)
    return Check(name, call, timeout, ttl)


def positive(name: str, seconds: float | None, *, zero: bool = False) -> None:
    """Raise ValueError unless `seconds` is None or a finite number above zero."""
    if seconds is None:
        return
    if not math.isfinite(seconds) or seconds < 0 or (seconds == 0 and not zero):
        raise ValueError(f"{name}: seconds above zero are wanted, seen {seconds}")
