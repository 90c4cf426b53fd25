import json

import pytest

from bareboat_health import Outcome, Report
from bareboat_health.answer import ALIVE, NO_METHOD, NO_PATH, Answer, answer


@pytest.mark.parametrize(("ok", "line"), [(True, "200 OK"), (False, "503 Service Unavailable")])
def test_a_report_becomes_an_answer(*, ok: bool, line: str) -> None:
    found = answer(Report((Outcome("queue", ok=ok, seconds=0.25, detail="ü"),)))
    assert found.line == line
    assert json.loads(found.body)["checks"]["queue"]["seconds"] == 0.25


@pytest.mark.parametrize("found", [ALIVE, NO_METHOD, NO_PATH, answer(Report())])
def test_headers(found: Answer) -> None:
    headers = dict(found.headers)
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "application/json"
    assert int(headers["Content-Length"]) == len(found.body)
    assert ("Allow" in headers) == (found.status == 405)
    assert json.loads(found.body)
