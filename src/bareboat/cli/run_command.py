"""`bareboat run`: build an image and start it, with an engine or without any."""

from pathlib import Path
from typing import Any

import click

from bareboat.cli import options
from bareboat.jobs import run as job

__all__ = ["command"]


@click.command(
    "run",
    epilog="\b\nExamples:\n  bareboat run .\n  bareboat run . --engine podman -p 9000\n"
    "  bareboat run . -- python -c 'import app'",
)
@click.argument("folder", type=options.PROJECT, default=".")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--publish", "-p", type=click.IntRange(1, 65535), metavar="PORT", help="The port on this machine."
)
@click.option(
    "--engine",
    type=click.Choice(["docker", "podman", "namespaces"]),
    help="Where to start it; the first that works if not given.",
)
@click.option("--check", is_flag=True, help="Stop as soon as it is healthy, and print the answer.")
@options.project_options
@options.working_options
def command(folder: Path, arguments: tuple[str, ...], **given: Any) -> int:
    """Build the project in FOLDER and start it, read-only and without privileges, until Ctrl-C.

    ARGUMENTS after -- replace the command of the image. The exit code is the application's.
    """
    quiet = given["quiet"]
    with options.context(given) as context:
        ready = job.prepare(
            folder,
            options.settings(given),
            context,
            engine=given["engine"],
            locked=given["locked"],
        )
    with job.started(ready, context, publish=given["publish"], arguments=arguments) as running:
        if not quiet:
            click.echo(f"{ready.reference} in {running.engine}", err=True)
        if running.address and not quiet:
            click.echo(f"answers at {running.address}", err=True)
        if given["check"]:
            answer = running.wait_healthy()
            click.echo(answer)
            return 0
        return running.wait()
