"""Findings are values with an order."""

import pytest

from bareboat.finding import Finding, Severity


def test_a_finding_is_an_error_unless_said_otherwise() -> None:
    found = Finding("BB101", "a.py:3", "is wrong")
    assert (found.severity, found.hint) == (Severity.ERROR, "")


def test_findings_sort_by_code_then_place() -> None:
    found = [Finding("BB2", "a", "x"), Finding("BB1", "b", "x"), Finding("BB1", "a", "y")]
    assert [(one.code, one.where) for one in sorted(found)] == [("BB1", "a"), ("BB1", "b"), ("BB2", "a")]


def test_equal_findings_are_one() -> None:
    assert len({Finding("BB1", "a", "x"), Finding("BB1", "a", "x")}) == 1


def test_a_finding_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Finding("BB1", "a", "x").code = "BB2"  # type: ignore[misc]  # that is what is tried


def test_severities_are_words() -> None:
    assert [str(one) for one in Severity] == ["error", "warning", "info"]
