"""Requests to answers, the same for every kind of server.

A path is that of liveness, that of readiness or none of ours; GET and HEAD are answered.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import NamedTuple

from bareboat_health.report import Report

__all__ = ["ALIVE", "NO_METHOD", "NO_PATH", "Answer", "Paths", "answer"]

METHODS = ("GET", "HEAD")


class Paths(NamedTuple):
    """Where readiness and liveness are asked for; an empty liveness path is never asked for."""

    ready: str
    live: str


class Answer(NamedTuple):
    """A whole response. The body is there for HEAD too: whoever sends it leaves it out."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def line(self) -> str:
        """The status as WSGI wants it."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"


def answer(report: Report) -> Answer:
    """Return 200 for a report that is well, else 503."""
    return _json(200 if report.ok else 503, report.document())


def _json(status: int, document: object, *more: tuple[str, str]) -> Answer:
    body = json.dumps(document).encode()
    headers = (
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    )
    return Answer(status, headers + more, body)


ALIVE = answer(Report())
NO_METHOD = _json(405, {"status": "method not allowed"}, ("Allow", ", ".join(METHODS)))
NO_PATH = _json(404, {"status": "not found"})
