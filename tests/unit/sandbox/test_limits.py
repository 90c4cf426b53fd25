"""Limits are a value; what they do is seen in test_confined."""

from dataclasses import asdict

from bareboat.sandbox.limits import USUAL, Limits


def test_every_limit_is_a_positive_number() -> None:
    assert all(value > 0 for value in asdict(USUAL).values())
    assert Limits() == USUAL
