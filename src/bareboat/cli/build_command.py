"""`bareboat build`: a project becomes an image."""

import json
from pathlib import Path
from typing import Any

import click

from bareboat.cli import options, words
from bareboat.jobs import build as job

__all__ = ["command", "layer_table"]


@click.command(
    "build",
    epilog="\b\nExamples:\n  bareboat build . --load\n  bareboat build . -t shop:1 -o image.tar\n"
    "  bareboat build services/api -o api-layout --locked --offline",
)
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="An OCI layout folder, or an archive if it ends in .tar. May be given several times.",
)
@click.option("--load", is_flag=True, help="Load the image into Docker or Podman.")
@click.option("--engine", type=click.Choice(["docker", "podman"]), help="The engine to load into.")
@click.option("--force", is_flag=True, help="Replace an output that exists.")
@click.option("--iidfile", type=click.Path(path_type=Path), help="Write the image ID to this file.")
@click.option("--metadata-file", type=click.Path(path_type=Path), help="Write what was made, as JSON.")
@options.project_options
@options.reading_options
@options.working_options
def command(folder: Path, as_json: bool, **given: Any) -> None:  # noqa: FBT001  click passes it by name
    """Build an image from the project in FOLDER.

    Without -o and --load the image goes to Docker or Podman if one runs here, else it stays in
    the cache. Standard output gets the reference with its digest.
    """
    quiet = given["quiet"]
    with options.context(given) as context:
        request = job.Request(
            folder=folder,
            settings=options.settings(given),
            locked=given["locked"],
            outputs=given["outputs"],
            load=given["load"],
            engine=given["engine"],
            force=given["force"],
            iidfile=given["iidfile"],
            metadata_file=given["metadata_file"],
        )
        built = job.build(request, context)
    if as_json:
        click.echo(json.dumps(built.document(), indent=2))
        return
    if not quiet:
        click.echo(layer_table(built), err=True)
        for line in built.written:
            click.echo(line, err=True)
    click.echo(f"{built.reference}@{built.digest}")


def layer_table(built: job.Built) -> str:
    """Return the layers by size, the largest first, with a line for the whole image."""
    held = sorted(built.layers, key=lambda layer: (-layer.uncompressed, layer.name))
    rows = [["layer", "size", "compressed", "from"]]
    rows += [
        [layer.name, words.size(layer.uncompressed), words.size(layer.size), layer.origin] for layer in held
    ]
    total = sum(layer.uncompressed for layer in held)
    packed = sum(layer.size for layer in held)
    took = words.seconds(built.took)
    rows.append([words.count(len(held), "layer"), words.size(total), words.size(packed), f"in {took}"])
    return words.table(rows, right=(1, 2))
