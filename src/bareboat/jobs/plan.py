"""The plan of a project: everything read, fetched and measured, nothing made of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bareboat.build.prepare import prepared
from bareboat.build.wanted import Wanted
from bareboat.jobs.context import Context
from bareboat.plan.plan import Plan

__all__ = ["plan", "wanted"]


def plan(folder: Path, settings: Mapping[str, Any], context: Context, *, locked: bool = False) -> Plan:
    """Return the plan of the project in `folder`; `settings` are the caller's flags as a table."""
    with prepared(wanted(folder, settings, context, locked=locked)) as (found, _):
        return found.plan


def wanted(folder: Path, settings: Mapping[str, Any], context: Context, *, locked: bool) -> Wanted:
    """Return what a job asks of `prepare`, in its terms."""
    return Wanted(
        folder=folder,
        flags=settings,
        environ=context.environ,
        now=context.now,
        created=context.created,
        store=context.store,
        arch=context.arch,
        apt_folder=context.apt_folder,
        workers=context.workers,
        offline=context.offline,
        locked=locked,
        progress=context.progress,
        keys=context.keys,
        sandboxed=context.sandboxed,
    )
