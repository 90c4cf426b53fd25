"""`bareboat lock`: the locks of a project, made or renewed."""

import json
from pathlib import Path
from typing import Any

import click

from bareboat.cli import options
from bareboat.jobs import lock as job

__all__ = ["command"]


@click.command("lock", epilog="\b\nExamples:\n  bareboat lock\n  bareboat lock --upgrade")
@click.argument("folder", type=options.PROJECT, default=".")
@click.option("--upgrade", is_flag=True, help="Renew every pin to the newest version that fits.")
@options.project_options
@options.reading_options
@options.working_options
def command(folder: Path, as_json: bool, **given: Any) -> None:  # noqa: FBT001  click passes it by name
    """Write what is missing of bareboat.lock (Debian) and pylock.toml (Python) in FOLDER.

    A project with a lock of its own (uv.lock, hashed requirements) keeps it: only bareboat.lock
    is written then.
    """
    with options.context(given) as context:
        locked = job.lock(folder, options.settings(given), context, upgrade=given["upgrade"])
    if as_json:
        click.echo(json.dumps(locked.document(), indent=2))
        return
    for line in locked.lines():
        click.echo(line)
