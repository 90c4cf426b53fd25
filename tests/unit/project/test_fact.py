import pytest

from bareboat.project.fact import Fact


def test_a_fact_is_a_value_with_its_place() -> None:
    fact = Fact(8000, "main.py:3")
    assert (fact.value, fact.where) == (8000, "main.py:3")
    assert fact == Fact(8000, "main.py:3")
    with pytest.raises(AttributeError):
        fact.value = 1  # type: ignore[misc]  # that it cannot be assigned is what is tested
