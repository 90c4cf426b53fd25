"""Health endpoints that answer in time, even when what they check hangs.

    from bareboat_health import Health, database, disk, memory
    from bareboat_health.asgi import HealthMiddleware

    health = Health(database(engine), disk("/data", min_ratio=0.05), memory(min_ratio=0.05))
    app = HealthMiddleware(app, health)

`bareboat_health.asgi`, `.wsgi` and `.django` hold what answers requests.
"""

from bareboat_health.check import Check, Unavailable, check
from bareboat_health.database import database
from bareboat_health.disk import disk
from bareboat_health.health import Health
from bareboat_health.memory import memory
from bareboat_health.report import Outcome, Report

__all__ = [
    "Check",
    "Health",
    "Outcome",
    "Report",
    "Unavailable",
    "check",
    "database",
    "disk",
    "memory",
]

__version__ = "0.1.0"
