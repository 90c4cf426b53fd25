"""What a check has to say: a value, never an exception."""

from enum import StrEnum

from msgspec import Struct

__all__ = ["Finding", "Severity"]


class Severity(StrEnum):
    """How bad a finding is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(Struct, frozen=True, order=True):
    """One thing found: a stable code, where it is, what it is, and the way out."""

    code: str
    where: str
    message: str
    severity: Severity = Severity.ERROR
    hint: str = ""
