"""`bareboat doctor`: what works on this machine, what is missing, how to mend it."""

import json
from typing import Any

import click

from bareboat.cli import options, words
from bareboat.jobs import doctor as job

__all__ = ["command"]


@click.command(
    "doctor", epilog="\b\nExample:\n  bareboat doctor --json | jq '.checks[] | select(.works | not)'"
)
@options.reading_options
@options.working_options
def command(as_json: bool, **given: Any) -> int:  # noqa: FBT001  click passes it by name
    """Check what bareboat needs here; exit code 1 when something that every build needs is missing."""
    with options.context(given) as context:
        checks = job.doctor(context)
    if as_json:
        click.echo(json.dumps({"checks": [check.document() for check in checks]}, indent=2))
    else:
        rows = [["ok" if one.works else "no" if one.needed else "--", one.name, one.seen] for one in checks]
        click.echo(words.table(rows))
        for one in checks:
            if not one.works and one.hint:
                click.echo(f"hint: {one.name}: {one.hint}")
    return 1 if any(one.needed and not one.works for one in checks) else 0
