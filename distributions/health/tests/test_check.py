import pytest

from bareboat_health import check


def test_a_check_is_a_value() -> None:
    made = check("queue", int, timeout=1, ttl=0)
    assert (made.name, made.call, made.timeout, made.ttl) == ("queue", int, 1, 0)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_limit_is_a_time(seconds: float) -> None:
    with pytest.raises(ValueError, match="queue: timeout: seconds above zero are wanted"):
        check("queue", int, timeout=seconds)


def test_an_answer_may_be_good_for_no_time() -> None:
    assert check("queue", int, ttl=0).ttl == 0
    with pytest.raises(ValueError, match="queue: ttl"):
        check("queue", int, ttl=-1)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match="queue: a callable is wanted, seen int"):
        check("queue", 5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="name"):
        check("", int)
