"""A health path as a value, and which paths are for health checks."""

from msgspec import Struct

__all__ = ["Health", "telling"]

_WORDS = (
    "health", "healthz", "livez", "healthcheck", "health-check", "health_check", "live", "liveness",
    "readyz", "ready", "readiness", "ping", "heartbeat", "status", "up", "alive",
)  # fmt: skip
_BESIDE = frozenset({"live", "liveness", "ready", "readiness", "status", "up"})
"""Words that say more behind another one: `/health/live`."""


class Health(Struct, frozen=True):
    """A path that answers without a login, and the dotted name of the application it belongs to.

    `owner` is empty where the tree does not tell which application it is; one of `framework` it is
    where that is set. `is_inner` tells that the application is also reached through another one.
    `doubt` is why the path may answer otherwise when a probe asks for it, in words.
    """

    path: str
    where: str
    owner: str = ""
    framework: str = ""
    is_inner: bool = False
    doubt: str = ""


def telling(path: str) -> tuple[int, int] | None:
    """Return how clearly a path is for health checks (smallest first), None when it is not."""
    parts = [part.strip("_") for part in path.lower().split("/") if part]
    if not parts or any(sign in path for sign in "{<*:(["):
        return None
    last = parts[-1]
    if last in _BESIDE and len(parts) > 1 and parts[-2] in _WORDS:
        return _WORDS.index(parts[-2]), len(parts)
    if last not in _WORDS or (last in {"status", "up", "live", "alive"} and len(parts) > 1):
        return None
    return _WORDS.index(last), len(parts)
