"""`bareboat schema`: the JSON schemas that editors and programs read."""

import json

import click

from bareboat.plan import encode, settings

__all__ = ["command"]


@click.command("schema", epilog="\b\nExample:\n  bareboat schema settings > bareboat.schema.json")
@click.argument("which", type=click.Choice(["settings", "plan"]))
def command(which: str) -> None:
    """Print the JSON schema of [tool.bareboat] or of `bareboat plan --json`."""
    found = settings.schema() if which == "settings" else encode.schema()
    click.echo(json.dumps(found, indent=2))
