"""What a check found, what all of them found, and the document that says so."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["OK", "UNAVAILABLE", "Outcome", "Report"]

OK = "ok"
UNAVAILABLE = "unavailable"


class Outcome(NamedTuple):
    """What one check found; `seconds` is how long it took, or has taken so far."""

    name: str
    ok: bool
    seconds: float
    detail: str = ""

    @property
    def status(self) -> str:
        """The word in the answer."""
        return OK if self.ok else UNAVAILABLE


class Report(NamedTuple):
    """What every check found, in the order in which they were given."""

    outcomes: tuple[Outcome, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every check is well."""
        return all(outcome.ok for outcome in self.outcomes)

    @property
    def status(self) -> str:
        """The word in the answer."""
        return OK if self.ok else UNAVAILABLE

    def document(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return {
            "status": self.status,
            "checks": {
                one.name: {"status": one.status, "seconds": round(one.seconds, 6), "detail": one.detail}
                for one in self.outcomes
            },
        }
