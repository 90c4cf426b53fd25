"""All checks of an application, and the two ways to ask for them."""

from __future__ import annotations

from bareboat_health.check import Check, positive
from bareboat_health.report import Outcome, Report
from bareboat_health.run import Run
from bareboat_health.runner import Runner

__all__ = ["Health"]


class Health:
    """The checks of one application; make it once, at import, and hand it to whatever answers.

    `timeout` is how many seconds a check may take, `ttl` how many its answer is good for; a check
    may have its own. All checks run at the same time. `verbose` shows the texts of exceptions,
    which can hold addresses and names: for a port that strangers do not reach.
    """

    def __init__(self, *checks: Check, timeout: float = 2.0, ttl: float = 5.0, verbose: bool = False) -> None:
        positive("timeout", timeout)
        positive("ttl", ttl, zero=True)
        names = [one.name for one in checks]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two checks are called {name!r}: give one of them another name")
        self._runners = tuple(Runner(one, timeout=timeout, ttl=ttl, verbose=verbose) for one in checks)

    def report(self) -> Report:
        """Return what every check finds, within the longest of their limits; blocks the thread."""
        begun = [(runner, runner.begin()) for runner in self._runners]
        return Report(tuple(_waited(runner, run) for runner, run in begun))

    async def report_async(self) -> Report:
        """Return what every check finds, within the longest of their limits; the event loop stays free."""
        import asyncio

        loop = asyncio.get_running_loop()
        begun = [(runner, runner.begin(loop)) for runner in self._runners]
        return Report(tuple([await _waited_async(runner, run) for runner, run in begun]))


def _waited(runner: Runner, run: Run | Outcome) -> Outcome:
    return run if isinstance(run, Outcome) else run.wait() or runner.unfinished(run)


async def _waited_async(runner: Runner, run: Run | Outcome) -> Outcome:
    return run if isinstance(run, Outcome) else await run.wait_async() or runner.unfinished(run)
