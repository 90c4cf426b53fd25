"""The views in a process of their own, since Django is set up once a process; servers are in test_servers."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

SCRIPT = """
import asyncio, sys
assert "django" not in sys.modules
from bareboat_health import Health, check
from bareboat_health import django as health
assert "django" not in sys.modules, "Django is imported when a view answers"
import health_django
from django.test import AsyncClient, Client, override_settings

client = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
well = client.get("/readyz")
assert (well.status_code, well["Cache-Control"]) == (200, "no-store")
assert well["Content-Type"] == "application/json"
assert client.post("/readyz").status_code == 405, "not 403 for want of a token"
assert client.post("/livez")["Allow"] == "GET, HEAD"
assert client.get("/livez").json() == {"status": "ok", "checks": {}}
head = client.head("/readyz")
assert (head.content, head["Content-Length"]) == (b"", well["Content-Length"]), head["Content-Length"]

from django.test import RequestFactory
ill = health.ready(Health(check("it", lambda: False)))
assert ill(RequestFactory().get("/")).status_code == 503
async_ill = health.async_ready(Health(check("it", lambda: False)))
assert asyncio.run(async_ill(RequestFactory().get("/"))).status_code == 503
assert asyncio.run(async_ill(RequestFactory().put("/"))).status_code == 405
unknown = Health(health.database("nowhere"))
assert unknown.report().outcomes[0].detail == "ConnectionDoesNotExist"
"""


def test_views() -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent / "src")])}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
