"""What a check has to say: a value, never an exception."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Severity"]


class Severity(StrEnum):
    """How bad a finding is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found: a stable code, where it is, what it is, and the way out."""

    code: str
    where: str
    message: str
    severity: Severity = Severity.ERROR
    hint: str = ""
