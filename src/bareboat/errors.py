"""Every refusal of bareboat, one tree, one exit code a family.

    BareboatError          70   every refusal; .where, .hint
    ├─ InputError           2   project, settings, reference or flag cannot be read
    │  └─ SeveralError      2   several projects where one is needed
    ├─ ResolveError         3   no set of packages fits
    ├─ NetworkError         4   no answer, after retries
    ├─ IntegrityError       6   bytes do not match their name; never retried silently
    └─ BuildError           7   a plan that cannot be carried out

A message is one line, lower case, without a full stop: what, with the value seen. `where` is
the file, line, URL or package it is about; `hint` is the way out. Exit code 1 means findings
and is no exception; 130 is an interrupt.
"""

from typing import ClassVar

__all__ = [
    "BareboatError",
    "BuildError",
    "InputError",
    "IntegrityError",
    "NetworkError",
    "ResolveError",
    "SeveralError",
]


class BareboatError(Exception):
    """The base of every refusal; `str()` gives `where: message` on one line."""

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class InputError(BareboatError):
    """Something the user gave cannot be read: project, settings, reference, flag, archive."""

    exit_code = 2


class SeveralError(InputError):
    """A folder that holds several projects and is none itself."""


class ResolveError(BareboatError):
    """No set of packages fits what was asked for."""

    exit_code = 3


class NetworkError(BareboatError):
    """No answer from a server, after retries. URLs in it carry no credentials.

    `status` is the server's last HTTP status, 0 where it gave none.
    """

    exit_code = 4

    def __init__(self, message: str, *, where: str = "", hint: str = "", status: int = 0) -> None:
        super().__init__(message, where=where, hint=hint)
        self.status = status


class IntegrityError(BareboatError):
    """Bytes do not match their digest or signature."""

    exit_code = 6


class BuildError(BareboatError):
    """A plan that cannot be carried out."""

    exit_code = 7
