"""One run at a time, in time, and nothing left behind."""

import asyncio
import contextlib
import functools
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bareboat_health import Health, Outcome, Unavailable, check
from bareboat_health.check import Call

LIMIT = 0.2
LATEST = LIMIT + 1.0


class Gate:
    """A check that hangs until it is let go; counts how often it began."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = 0

    def __call__(self) -> None:
        self.begun += 1
        self.open.wait(30)


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open.set()


def one(call: Call, *, is_async: bool = False, verbose: bool = False) -> Outcome:
    health = Health(check("it", call), timeout=LIMIT, verbose=verbose)
    return (asyncio.run(health.report_async()) if is_async else health.report()).outcomes[0]


async def well() -> str:
    return "3 waiting"


async def ill() -> None:
    raise ValueError("password is hunter2")


async def slow() -> None:
    await asyncio.sleep(30)


class Asked:
    async def __call__(self) -> str:
        return "asked"


def leaving() -> None:
    raise SystemExit(3)


def told() -> None:
    raise Unavailable("3 of 5 replicas")


CASES: "list[tuple[Call, bool, str]]" = [
    (lambda: None, True, ""),
    (lambda: True, True, ""),
    (lambda: 0, True, ""),
    (lambda: "12 waiting", True, "12 waiting"),
    (lambda: False, False, "the check returned False"),
    (lambda: 1 / 0, False, "ZeroDivisionError"),
    (leaving, False, "SystemExit"),
    (told, False, "3 of 5 replicas"),
    (well, True, "3 waiting"),
    (functools.partial(well), True, "3 waiting"),
    (lambda: well(), True, "3 waiting"),  # noqa: PLW0108  a function that gives an awaitable
    (Asked(), True, "asked"),
    (ill, False, "ValueError"),
    (lambda: ill(), False, "ValueError"),  # noqa: PLW0108
]


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(("call", "ok", "detail"), CASES)
def test_what_a_check_says(*, call: Call, ok: bool, detail: str, is_async: bool) -> None:
    found = one(call, is_async=is_async)
    assert (found.ok, found.detail) == (ok, detail)


@pytest.mark.parametrize("is_async", [False, True])
def test_verbose_shows_texts(*, is_async: bool) -> None:
    assert one(ill, is_async=is_async, verbose=True).detail == "ValueError: password is hunter2"


@pytest.mark.parametrize("is_async", [False, True])
def test_a_hanging_check_has_one_thread_and_recovers(gate: Gate, *, is_async: bool) -> None:
    health = Health(check("it", gate), timeout=LIMIT, ttl=0)
    quiet = threading.active_count()

    async def probe_all() -> None:
        for number in range(51):
            begun = time.monotonic()
            report = await health.report_async() if is_async else health.report()
            took = time.monotonic() - begun
            assert not report.ok
            assert report.outcomes[0].detail.startswith("still running since ")
            assert took < (LATEST if number == 0 else LIMIT)
        assert threading.active_count() <= quiet + 1
        assert gate.begun == 1
        gate.open.set()
        for _ in range(500):
            if (await health.report_async() if is_async else health.report()).ok:
                break
            await asyncio.sleep(0.01)
        assert health.report().ok

    asyncio.run(asyncio.wait_for(probe_all(), 20))
    assert gate.begun >= 2, "a late answer says nothing of now"


def test_a_hanging_coroutine_is_cancelled() -> None:
    async def probe() -> None:
        health = Health(check("it", slow), timeout=LIMIT, ttl=0)
        begun = time.monotonic()
        assert not (await health.report_async()).ok
        assert time.monotonic() - begun < LATEST
        await asyncio.sleep(0.05)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(probe())


def test_a_coroutine_that_refuses_to_end_is_started_once() -> None:
    begun = []

    async def stubborn() -> None:
        begun.append(1)
        until = time.monotonic() + 1
        while time.monotonic() < until:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.5)

    async def probe() -> None:
        health = Health(check("it", stubborn), timeout=0.1, ttl=0)
        for _ in range(20):
            assert not (await health.report_async()).ok
        assert begun == [1]
        await asyncio.sleep(1.2)

    asyncio.run(probe())


def test_a_hanging_coroutine_without_an_event_loop_ends_with_its_limit() -> None:
    quiet = threading.active_count()
    begun = time.monotonic()
    assert not one(slow).ok
    assert time.monotonic() - begun < LATEST
    until = time.monotonic() + 5
    while threading.active_count() > quiet and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= quiet


def test_a_run_survives_whoever_asked_first(gate: Gate) -> None:
    async def probe() -> None:
        health = Health(check("it", gate), timeout=5)
        first = asyncio.ensure_future(health.report_async())
        await asyncio.sleep(0.02)
        second = asyncio.ensure_future(health.report_async())
        await asyncio.sleep(0.02)
        first.cancel()
        gate.open.set()
        assert (await second).ok
        assert gate.begun == 1

    asyncio.run(probe())


def test_an_event_loop_that_was_closed_under_a_run_is_forgotten() -> None:
    health = Health(check("it", slow), timeout=5, ttl=0)

    async def leave() -> None:
        asyncio.ensure_future(health.report_async())  # noqa: RUF006  left behind on purpose
        await asyncio.sleep(0.01)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(leave())
    pending = asyncio.all_tasks(loop)
    assert len(pending) == 2
    loop.close()
    runner = health._runners[0]
    left = runner._run
    assert left is not None
    assert left.is_abandoned
    assert runner.begin() is not left
    for task in pending:  # asyncio would speak of them at exit
        task._log_destroy_pending = False  # type: ignore[attr-defined]


def test_an_answer_is_good_for_its_time() -> None:
    begun = []
    health = Health(check("it", lambda: begun.append(1), ttl=0.2), timeout=5)
    for _ in range(10):
        assert health.report().ok
    assert asyncio.run(health.report_async()).ok
    assert len(begun) == 1
    time.sleep(0.25)
    assert health.report().ok
    assert len(begun) == 2


def test_a_failure_is_kept_too() -> None:
    begun = []

    def fail() -> bool:
        begun.append(1)
        return False

    health = Health(check("it", fail), ttl=60)
    assert [health.report().ok for _ in range(5)] == [False] * 5
    assert len(begun) == 1


def test_no_thread_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    health = Health(check("it", lambda: None), ttl=0)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    found = health.report()
    assert (found.ok, found.outcomes[0].detail) == (False, "RuntimeError")
    monkeypatch.undo()
    assert health.report().ok


def test_a_forked_process_begins_anew(tmp_path: Path) -> None:
    script = tmp_path / "forks.py"
    script.write_text(
        "import os, threading, warnings\n"
        "from bareboat_health import Health, check\n"
        "warnings.simplefilter('ignore', DeprecationWarning)  # a fork beside a thread is the point\n"
        "parent, gate = os.getpid(), threading.Event()\n"
        "health = Health(check('it', lambda: os.getpid() != parent or gate.wait(20)), timeout=0.1)\n"
        "assert not health.report().ok\n"
        "if (child := os.fork()) == 0:\n"
        "    os._exit(0 if health.report().ok else 9)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    source = Path(__file__).resolve().parent.parent / "src"
    environ = {**os.environ, "PYTHONPATH": str(source)}
    assert subprocess.run([sys.executable, script], env=environ, timeout=30, check=False).returncode == 0


def test_a_coroutine_whose_loop_is_gone_is_closed() -> None:
    async def begin(health: Health) -> None:
        health._runners[0].begin(asyncio.get_running_loop())

    gate = threading.Event()

    def late() -> object:
        gate.wait(10)
        return well()

    health = Health(check("it", late), timeout=5)
    asyncio.run(begin(health))
    run = health._runners[0]._run
    assert run is not None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gate.set()
        found = run.wait()
    assert found is not None
    assert (found.ok, found.detail) == (False, "RuntimeError")


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.sampled_from(["ok", "false", "raise", "hang"]), min_size=1, max_size=6),
    st.integers(1, 4),
)
def test_any_mix_is_answered_in_time_and_order(kinds: list[str], askers: int) -> None:
    gate = threading.Event()
    begun: list[int] = []

    def call(kind: str, number: int) -> object:
        begun.append(number)
        if kind == "raise":
            raise OSError
        if kind == "hang":
            gate.wait(20)
        return kind != "false"

    health = Health(
        *(check(str(n), functools.partial(call, kind, n)) for n, kind in enumerate(kinds)),
        timeout=0.05,
        ttl=60,
    )
    reports = []
    threads = [
        threading.Thread(target=lambda: reports.append(health.report()), daemon=True) for _ in range(askers)
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert len(reports) == askers
        slept = [n for n, kind in enumerate(kinds) if kind == "hang"]
        for report in reports:
            assert [found.name for found in report.outcomes] == [str(n) for n in range(len(kinds))]
            assert not any(report.outcomes[n].ok for n in slept)
        assert all(begun.count(n) == 1 for n in slept)
    finally:
        gate.set()
