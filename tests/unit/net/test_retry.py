import pytest

from bareboat.net.retry import LONGEST_WAIT, is_passing, wait


def test_waits_double_up_to_a_bound() -> None:
    assert [wait(attempt) for attempt in (1, 2, 3, 4)] == [0.25, 0.5, 1.0, 2.0]
    assert wait(40) == LONGEST_WAIT


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("7", "", 7),
        ("0", "", 0),
        ("99999999999999999999", "", LONGEST_WAIT),
        ("Fri, 20 Nov 2026 10:00:09 GMT", "Fri, 20 Nov 2026 10:00:00 GMT", 9),
        ("Fri, 20 Nov 2026 10:00:00 GMT", "Fri, 20 Nov 2026 10:00:09 GMT", 0),
        ("Fri, 20 Nov 2026 10:00:09 GMT", "", 0.25),
        ("Fri, 20 Nov 2026 10:00:09 GMT", "Fri, 20 Nov 2026 10:00:00 -0000", 0.25),
        ("soon", "never", 0.25),
        ("-3", "", 0.25),
        ("\u0663", "", 0.25),
    ],
)
def test_the_server_may_ask(retry_after: str, date: str, seconds: float) -> None:
    assert wait(1, retry_after=retry_after, date=date) == seconds


def test_some_statuses_pass() -> None:
    assert [status for status in (200, 401, 404, 416, 429, 500, 501, 503) if is_passing(status)] == [
        429,
        500,
        503,
    ]
