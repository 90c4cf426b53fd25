"""The cache shown, checked or made smaller."""

from typing import Any

from msgspec.structs import asdict

from bareboat.jobs.context import Context
from bareboat.store import maintain
from bareboat.store.cas import Store

__all__ = ["info", "prune", "verify"]


def info(context: Context) -> dict[str, Any]:
    """Return where the cache is and what it holds; sizes in bytes."""
    with Store(context.store) as store:
        found = maintain.info(store)
    return {**asdict(found), "root": str(found.root), "bytes": found.size}


def prune(context: Context, *, keep_bytes: int) -> dict[str, int]:
    """Remove what was used longest ago until `keep_bytes` are left; return what was done."""
    with Store(context.store) as store:
        return asdict(maintain.prune(store, keep_bytes=keep_bytes))


def verify(context: Context) -> dict[str, Any]:
    """Read everything and drop what is damaged; return the counts and the damaged names."""
    with Store(context.store) as store:
        found = maintain.verify(store, progress=context.progress)
    return {"blobs": found.blobs, "records": found.records, "damaged": list(found.damaged)}
