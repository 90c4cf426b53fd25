"""What a form is: a module with these names. `registry.py` knows them all."""

from typing import Protocol

from bareboat.dockerfile.syntax import File
from bareboat.forms.bases import Base
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint

__all__ = ["Form"]


class Form(Protocol):
    """One established way to write the file.

    `NAME` is what `--form` takes, `TITLE` a line for tables, `WHEN` why one would choose it;
    `TOOL` is the installer (`pip`, `poetry`, `uv`), `IS_BASELINE` says that it is there to be
    compared with and not to be shipped.
    """

    NAME: str
    TITLE: str
    WHEN: str
    TOOL: str
    IS_BASELINE: bool

    def fits(self, blueprint: Blueprint, base: Base) -> str | None:
        """Return why the form cannot be written for the project on the base, None where it can."""

    def write(self, blueprint: Blueprint, options: Options) -> File:
        """Return the Dockerfile; only for what fits."""
