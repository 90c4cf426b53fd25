from __future__ import annotations

import asyncio
import threading
import time

from bareboat_health import Outcome
from bareboat_health.run import Run

OUTCOME = Outcome("queue", ok=True, seconds=0.1)


def test_threads_wait_together() -> None:
    run = Run(5)
    found: list[Outcome | None] = []
    waiting = [threading.Thread(target=lambda: found.append(run.wait())) for _ in range(3)]
    for thread in waiting:
        thread.start()
    run.finish(OUTCOME)
    for thread in waiting:
        thread.join(5)
    assert found == [OUTCOME] * 3


def test_a_deadline_passes() -> None:
    run = Run(0.05)
    assert run.wait() is None
    assert asyncio.run(run.wait_async()) is None
    assert run.left <= 0
    begun = time.monotonic()
    run.wait()
    assert time.monotonic() - begun < 0.05


def test_event_loops_wait_together_with_threads() -> None:
    run = Run(5)

    async def wait() -> list[Outcome | None]:
        threading.Timer(0.05, run.finish, [OUTCOME]).start()
        return list(await asyncio.gather(*(run.wait_async() for _ in range(3))))

    assert asyncio.run(wait()) == [OUTCOME] * 3
    assert asyncio.run(run.wait_async()) == OUTCOME


def test_who_left_is_not_woken() -> None:
    run = Run(5)

    async def leave() -> None:
        task = asyncio.ensure_future(run.wait_async())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        run.finish(OUTCOME)
        await asyncio.sleep(0)

    asyncio.run(leave())
    assert run.wait() == OUTCOME


def test_a_closed_loop_is_not_woken() -> None:
    run = Run(5)

    async def leave() -> None:
        task = asyncio.ensure_future(run.wait_async())
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    run.finish(OUTCOME)
    assert run.outcome == OUTCOME


def test_a_run_on_a_closed_loop_is_abandoned() -> None:
    run = Run(5)
    loop = asyncio.new_event_loop()
    found = [run.is_abandoned]
    run.loop = loop
    found.append(run.is_abandoned)
    loop.close()
    found.append(run.is_abandoned)
    run.finish(OUTCOME)
    found.append(run.is_abandoned)
    assert found == [False, False, True, False]
