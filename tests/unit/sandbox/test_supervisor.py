"""Number 1 of the sandbox: what it adds up; what it ends is seen in test_confined."""

import os

from bareboat.sandbox import supervisor


def test_memory_is_summed_over_all_processes() -> None:
    assert supervisor._memory() > 1 << 20


def test_the_end_of_the_child_is_told_from_that_of_others() -> None:
    other = os.fork()
    if other == 0:
        os._exit(3)
    os.waitid(os.P_PID, other, os.WEXITED | os.WNOWAIT)
    assert supervisor._reaped(-5) is None


def test_a_place_that_is_gone_has_no_room() -> None:
    assert supervisor._free("/nonexistent/place") == 0
    assert supervisor._free("/") > 0
