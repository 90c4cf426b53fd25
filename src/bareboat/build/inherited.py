"""Variables that an existing Dockerfile sets and the application reads: what the code was told to be.

What a Dockerfile sets for its tools, and what the application never asks for, stays behind. So does
whatever may be a secret, and the address to listen on, which is decided here.
"""

import re

from bareboat.project.decision import Decision
from bareboat.project.place import moved
from bareboat.project.project import Project

__all__ = ["variables"]

_SECRET = re.compile(r"SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|(?:^|_)(?:KEY|PASS|PWD)(?:$|_)", re.IGNORECASE)
_LOGIN = re.compile(r"://[^/@\s]*:[^/@\s]*@")
_ADDRESS = re.compile(r"(?:^|_)(?:HOST|PORT|BIND|ADDRESS|ADDR|LISTEN)(?:$|_)", re.IGNORECASE)


def variables(project: Project) -> tuple[tuple[tuple[str, str], ...], tuple[Decision, ...]]:
    """Return names with values, sorted, and why each is set.

    What lies below the Dockerfile's WORKDIR stands below the application's folder here. Django's settings
    module is decided elsewhere.
    """
    if not project.container.environ:
        return (), ()
    from bareboat.project.djangosettings import MODULE

    readers = {one.name: one.where for one in project.application.variables if one.name != MODULE}
    found, reasons = [], []
    for name, fact in sorted(project.container.environ.items()):
        if name not in readers or not _is_harmless(name, fact.value):
            continue
        value = moved(fact.value, project.container.folder)
        found.append((name, value))
        reason = f"set there, and the application reads it ({readers[name]})"
        reasons.append(Decision("variable", f"{name}={value}", reason, fact.where))
    return tuple(found), tuple(reasons)


def _is_harmless(name: str, value: str) -> bool:
    is_open = _SECRET.search(name) is None and _LOGIN.search(value) is None
    return is_open and _ADDRESS.search(name) is None and "$" not in value and "\n" not in value
