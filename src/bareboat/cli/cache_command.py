"""`bareboat cache`: the cache shown, checked or made smaller."""

import json
import re
from typing import Any

import click

from bareboat.cli import options, words
from bareboat.errors import InputError
from bareboat.jobs import cache as job

__all__ = ["command", "info", "parse_size", "prune", "verify"]


@click.group("cache", epilog="\b\nExamples:\n  bareboat cache info --json\n  bareboat cache prune --keep 5GB")
def command() -> None:
    """Show, check or shrink the cache."""


@command.command("info")
@options.reading_options
@options.working_options
def info(as_json: bool, **given: Any) -> None:  # noqa: FBT001  click passes it by name
    """Say where the cache is, how large, and what is in it."""
    with options.context(given) as context:
        found = job.info(context)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    rows = [[str(key).replace("_", " "), _shown(str(key), value)] for key, value in found.items()]
    click.echo(words.table(rows))


@command.command("prune")
@click.option(
    "--keep",
    default="10GB",
    show_default=True,
    metavar="SIZE",
    help="How much to keep, the most recently used; 0 removes all that no running build uses.",
)
@options.reading_options
@options.working_options
def prune(keep: str, as_json: bool, **given: Any) -> None:  # noqa: FBT001  click passes it by name
    """Remove what was not used for longest, and what a killed build left behind."""
    keep_bytes = parse_size(keep)
    with options.context(given) as context:
        freed = job.prune(context, keep_bytes=keep_bytes)
    if as_json:
        click.echo(json.dumps(freed, indent=2))
        return
    removed = words.count(freed["removed"], "file")
    click.echo(f"{words.size(freed['removed_bytes'])} freed, {removed} removed")
    if freed["in_use"]:
        click.echo(f"{words.size(freed['in_use'])} kept for a running build")


@command.command("verify")
@options.reading_options
@options.working_options
def verify(as_json: bool, **given: Any) -> int:  # noqa: FBT001  click passes it by name
    """Read every blob again and drop those whose bytes do not match their digest."""
    with options.context(given) as context:
        found = job.verify(context)
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        for name in found["damaged"]:
            click.echo(f"damaged and dropped: {name}")
        click.echo(f"{words.count(found['blobs'], 'blob')}, {len(found['damaged'])} damaged")
    return 1 if found["damaged"] else 0


def parse_size(text: str) -> int:
    """Return bytes from `5GB`, `500 MB`, `1.5g`, `2GiB` or a plain number."""
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:([kmgt])(i?))?b?\s*", text.lower())
    if match is None:
        raise InputError(f"a size like 5GB or 500MB is wanted, seen {text!r}", where="--keep")
    unit = (1024 if match[3] else 1000) ** (" kmgt".index(match[2]) if match[2] else 0)
    return int(float(match[1]) * unit)


def _shown(key: str, value: object) -> str:
    return (
        words.size(value) if isinstance(value, int) and key.endswith(("bytes", "unfinished")) else str(value)
    )
