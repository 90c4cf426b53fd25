"""An error waits for no thread longer than a moment; the end of good work waits for all of it."""

import threading
import time
from contextlib import suppress

from bareboat.threads import GRACE, Threads


def test_good_work_is_waited_for() -> None:
    with Threads(2) as pool:
        slow = pool.submit(time.sleep, 0.2)
        assert list(pool.map(abs, [-1, 2])) == [1, 2]
    assert slow.done()


def test_an_error_drops_what_has_not_begun_and_leaves_what_is_stuck() -> None:
    ending = threading.Event()
    started = time.monotonic()
    with suppress(KeyError), Threads(1, "named") as pool:
        held = pool.submit(ending.wait, 30)
        behind = pool.submit(time.sleep, 0)
        raise KeyError
    assert GRACE <= time.monotonic() - started < GRACE + 5
    assert behind.cancelled()
    assert not held.done()
    ending.set()
    assert held.result(5)


def test_an_error_waits_for_what_ends_soon() -> None:
    started = time.monotonic()
    with suppress(KeyError), Threads(1) as pool:
        soon = pool.submit(time.sleep, 0.05)
        raise KeyError
    assert soon.done()
    assert time.monotonic() - started < GRACE
