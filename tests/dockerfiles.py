"""Dockerfiles of every form and base for the small projects of blueprints.py: what the golden files hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sources
from bareboat.dockerfile.render import render
from bareboat.dockerfile.syntax import File
from bareboat.forms import registry
from blueprints import ALL, options

__all__ = ["GOLDEN", "UPDATE", "Case", "cases"]

GOLDEN = sources.ROOT / "tests" / "golden" / "dockerfiles"
UPDATE = "BAREBOAT_UPDATE_GOLDEN"
_OTHER_BASES = ("alpine", "distroless", "full", "registry.example/python:3.13-hardened")


@dataclass(frozen=True, slots=True)
class Case:
    """One file: its name below GOLDEN and what it is made of."""

    name: str
    project: str
    form: str
    base: str = "slim"
    is_checked: bool = False

    def file(self) -> File:
        more = dict.fromkeys(("has_tests", "has_scan", "has_secrets"), self.is_checked)
        return registry.find(self.form).write(ALL[self.project], options(self.base, **more))

    def text(self) -> str:
        return render(self.file())

    @property
    def path(self) -> Path:
        return GOLDEN / f"{self.name}.Dockerfile"


def cases() -> Iterator[Case]:
    """Yield every form of every project on slim, the main forms on the other bases, and all stages once."""
    for project, blueprint in ALL.items():
        for form in registry.NAMES:
            if registry.find(form).fits(blueprint, options().base) is None:
                yield Case(f"{project}-{form}", project, form)
    for base in _OTHER_BASES:
        named = "image" if "/" in base else base
        for project, form in (("flask", "pip-venv"), ("source", "uv-sync"), ("django", "poetry-direct")):
            yield Case(f"{project}-{form}-{named}", project, form, base)
    for project, form in (("flask", "pip-venv"), ("package", "uv-sync"), ("django", "poetry-export")):
        yield Case(f"{project}-{form}-checked", project, form, is_checked=True)
