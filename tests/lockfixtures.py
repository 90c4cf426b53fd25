"""Locks of real tools under tests/locks, their index hosts replaced; and what they must select.

All are of one project: flask, uvicorn[standard], colorama on Windows, tomli before Python 3.11; the
extra `http` (requests[socks]); the groups `dev` (pytest) and `prod` (gunicorn).
"""

from collections.abc import Sequence
from pathlib import Path

from bareboat.target import Arch, Target
from bareboat.wheel.tags import choose

__all__ = ["AMD64", "ARM64", "BASE", "FOLDER", "HTTP", "chooser", "text"]

FOLDER = Path(__file__).parent / "locks"
AMD64 = Target(Arch.AMD64, "3.13.5", (2, 41))
ARM64 = Target(Arch.ARM64, "3.13.5", (2, 41))
BASE = [
    *("anyio", "blinker", "click", "flask", "h11", "httptools", "idna", "itsdangerous", "jinja2"),
    *(
        "markupsafe",
        "python-dotenv",
        "pyyaml",
        "typing-extensions",
        "uvicorn",
        "uvloop",
        "watchfiles",
        "websockets",
        "werkzeug",
    ),
]
HTTP = ["certifi", "charset-normalizer", "pysocks", "requests", "urllib3"]


def text(name: str, file: str) -> str:
    """Return a file of one of the projects."""
    return (FOLDER / name / file).read_text(encoding="utf-8")


class chooser:  # noqa: N801 - used as a function
    """Choose the wheels for a target."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def __call__(self, names: Sequence[str]) -> str | None:
        return choose(names, self.target)
