"""Death at every write point, and the run after it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sources
import storework
from bareboat.store import points


@pytest.fixture(autouse=True)
def silent() -> Iterator[None]:
    yield
    points.disarm()


def test_every_point_is_listed_and_reached_in_the_source() -> None:
    text = "".join(path.read_text() for path in (sources.ROOT / "src" / "bareboat" / "store").glob("*.py"))
    assert set(re.findall(r'reached\("([^"]+)"\)', text)) == set(points.POINTS)


def test_a_build_killed_at_any_point_does_no_harm(tmp_path: Path) -> None:
    reports = storework.report("kills", tmp_path)
    assert isinstance(reports, list)
    assert [report for report in reports if not report["killed"]] == []
    assert [report for report in reports if report["faults"]] == []
    assert [report for report in reports if not report["same"]] == []
    assert [report for report in reports if report["left"]] == []
    assert {report["point"] for report in reports} == set(points.POINTS)


def test_eight_builds_at_once_and_prunes_among_them(tmp_path: Path) -> None:
    assert storework.report("race", tmp_path) == {
        "statuses": [0] * 8,
        "wrong": [],
        "damaged": [],
        "faults": [],
    }


def test_nothing_listens_until_it_is_asked_to() -> None:
    points.reached("blob.named")
    heard: list[str] = []
    points.watch(heard.append)
    points.reached("blob.named")
    points.disarm()
    points.reached("blob.named")
    assert heard == ["blob.named"]


@pytest.mark.parametrize(("where", "moments"), [("2", "ab"), ("b", "ab"), ("a:2", "aba"), ("3", "aba")])
def test_arm_ends_the_process_at_the_moment_named(
    where: str, moments: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *sent: killed.append(sent))
    points.arm(where)
    for moment in moments[:-1]:
        points.reached(moment)
    assert killed == []
    points.reached(moments[-1])
    assert killed == [(os.getpid(), 9)]
