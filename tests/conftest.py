"""What every test shares: real engines on request, and a core set that cannot skip in CI."""

import os
from collections.abc import Generator

import pytest

pytest_plugins = ["built", "engines", "standins", "tinybuild"]
collect_ignore = ["projects"]  # their tests are theirs


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip of a core test into a failure in CI, whatever asked for it."""
    report = yield
    if is_ci() and report.skipped and item.get_closest_marker("core") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"a test of the core set may not skip in CI: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a whole module's skip into a failure in CI: its tests are not there to carry a mark."""
    report = yield
    if is_ci() and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"a module may not skip in CI: {report.longrepr}"
    return report
