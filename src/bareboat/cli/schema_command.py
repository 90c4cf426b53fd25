"""`bareboat schema`: the JSON schemas that editors and programs read."""

import json

import click

from bareboat.plan import encode, settings

__all__ = ["command"]


@click.command("schema", epilog="\b\nExample:\n  bareboat schema settings > bareboat.schema.json")
@click.argument("which", type=click.Choice(["settings", "plan", "compare"]))
def command(which: str) -> None:
    """Print the JSON schema of [tool.bareboat], of `bareboat plan --json` or `bareboat compare --json`."""
    from bareboat.compare import result

    makers = {"settings": settings.schema, "plan": encode.schema, "compare": result.schema}
    found = makers[which]()
    click.echo(json.dumps(found, indent=2))
