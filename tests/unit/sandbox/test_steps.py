"""A refused step is told as a line of JSON."""

import json

import pytest

from bareboat.sandbox.steps import StepError, step


def test_a_refusal_names_the_step() -> None:
    with (
        pytest.raises(StepError, match="mount /proc: Operation not permitted") as caught,
        step("mount /proc"),
    ):
        raise PermissionError(1, "Operation not permitted")
    assert json.loads(caught.value.report) == ["mount /proc", 1, "Operation not permitted"]


def test_what_is_no_refusal_passes() -> None:
    with pytest.raises(ValueError, match="x"), step("mount /proc"):
        raise ValueError("x")
