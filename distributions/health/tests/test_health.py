import asyncio
import threading
import time

import pytest

from bareboat_health import Health, check


def test_two_checks_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two checks are called 'a'"):
        Health(check("a", int), check("b", int), check("a", int))


def test_absurd_times_are_refused() -> None:
    with pytest.raises(ValueError, match="timeout"):
        Health(timeout=0)
    with pytest.raises(ValueError, match="ttl"):
        Health(ttl=-1)


def test_no_checks_are_well() -> None:
    assert Health().report().document() == {"status": "ok", "checks": {}}
    assert asyncio.run(Health().report_async()).ok


@pytest.mark.parametrize("is_async", [False, True])
def test_checks_run_at_the_same_time(*, is_async: bool) -> None:
    health = Health(*(check(str(number), lambda: time.sleep(0.2)) for number in range(8)), timeout=5)
    begun = time.monotonic()
    report = asyncio.run(health.report_async()) if is_async else health.report()
    assert report.ok
    assert time.monotonic() - begun < 1.2
    assert [one.name for one in report.outcomes] == [str(number) for number in range(8)]


def test_a_check_has_its_own_limit() -> None:
    gate = threading.Event()
    health = Health(check("hangs", lambda: gate.wait(20), timeout=0.1), timeout=15)
    begun = time.monotonic()
    report = health.report()
    gate.set()
    assert time.monotonic() - begun < 2
    assert report.outcomes[0].detail.endswith("its limit is 0.1 s")


def test_threads_and_event_loops_share_a_run() -> None:
    gate, begun = threading.Event(), []

    def wait() -> bool:
        begun.append(1)
        return gate.wait(20)

    health = Health(check("it", wait), timeout=10)
    found = []
    asking = [threading.Thread(target=lambda: found.append(health.report())) for _ in range(4)]
    asking += [
        threading.Thread(target=lambda: found.append(asyncio.run(health.report_async()))) for _ in range(4)
    ]
    for thread in asking:
        thread.start()
    time.sleep(0.1)
    gate.set()
    for thread in asking:
        thread.join(10)
    assert [report.ok for report in found] == [True] * 8
    assert begun == [1]
