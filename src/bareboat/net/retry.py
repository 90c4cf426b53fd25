"""Which failures pass by themselves, and how long to wait for it. No sleeping, no clock."""

__all__ = ["ATTEMPTS", "LONGEST_WAIT", "is_passing", "wait"]

ATTEMPTS = 5
LONGEST_WAIT = 60.0
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


def is_passing(status: int) -> bool:
    """Say whether a request answered with that HTTP status is worth sending again."""
    return status in _PASSING


def wait(attempt: int, *, retry_after: str = "", date: str = "") -> float:
    """Return the seconds to wait after failure number `attempt`, counted from 1.

    0.25, 0.5, 1, 2 … or what the server asks for in Retry-After, at most LONGEST_WAIT. A Retry-After
    that is a date counts from the server's own `date`, so that no clock of ours matters.
    Spec: RFC 9110, 10.2.3.
    """
    from email.utils import parsedate_to_datetime

    usual = min(0.25 * 2.0 ** (attempt - 1), LONGEST_WAIT)
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:6]), LONGEST_WAIT)
    try:
        asked = (parsedate_to_datetime(text) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):
        return usual
    return min(max(asked, 0.0), LONGEST_WAIT)
