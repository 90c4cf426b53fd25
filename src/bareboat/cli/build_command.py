"""`bareboat build`: a project becomes an image."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from bareboat.cli import options, words
from bareboat.cli.terminal import has_bars
from bareboat.engine import builders
from bareboat.errors import InputError
from bareboat.jobs import build as job

__all__ = ["command", "layer_table"]

_OF_ENGINE = (
    *("file", "form", "base", "target", "build_arg", "secret", "build_network", "platform", "no_cache"),
)
_RESULTS = ("outputs", "force", "iidfile", "metadata_file")


@click.command(
    "build",
    epilog="\b\nExamples:\n  bareboat build . --load\n  bareboat build . -t shop:1 -o image.tar\n"
    "  bareboat build services/api -o api-layout --locked --offline\n"
    "  bareboat build . --engine buildah --form uv-sync\n"
    "  bareboat build . --engine buildx:cluster --file Dockerfile -o image.tar",
)
@click.argument("folder", type=options.PROJECT, default=".")
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="An OCI layout folder, or an archive if it ends in .tar. May be given several times.",
)
@click.option("--load", is_flag=True, help="Load the image into Docker or Podman (--engine says which).")
@click.option("--engine", metavar="ENGINE", help=f"Build a Dockerfile with {builders.NAMES}.")
@click.option("--force", is_flag=True, help="Replace an output that exists.")
@click.option("--iidfile", type=click.Path(path_type=Path), help="Write the image ID to this file.")
@click.option("--metadata-file", type=click.Path(path_type=Path), help="Write what was made, as JSON.")
@options.engine_options
@options.project_options
@options.reading_options
@options.working_options
def command(folder: Path, as_json: bool, **given: Any) -> None:  # noqa: FBT001  click passes it by name
    """Build an image from the project in FOLDER.

    Without -o and --load the image goes to Docker or Podman if one runs here, else it stays in
    the cache. Standard output gets the reference with its digest.

    With --engine and no --load, that engine builds the Dockerfile that `bareboat dockerfile` would
    write, or the one that --file names; the image stays there unless -o writes it elsewhere.
    """
    asked = {name: given.pop(name) for name in _OF_ENGINE}
    if given["engine"] is not None and not given["load"]:
        _with_engine(folder, given, asked, as_json=as_json)
        return
    for name, value in asked.items():
        if value:
            raise InputError(
                "is for an engine that builds a Dockerfile",
                where=f"--{name.replace('_', '-')}",
                hint=f"give --engine too, without --load: {builders.NAMES}",
            )
    quiet = given["quiet"]
    with options.context(given) as context:
        request = job.Request(
            folder=folder,
            settings=options.settings(given),
            locked=given["locked"],
            **{name: given[name] for name in ("load", "engine", *_RESULTS)},
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


def _with_engine(folder: Path, given: dict[str, Any], asked: dict[str, Any], *, as_json: bool) -> None:
    """Let an engine build a Dockerfile; standard output gets the reference."""
    from bareboat.jobs import dockerfile
    from bareboat.jobs import engine as engine_job

    quiet = given["quiet"]
    generated = {name: asked.pop(name) for name in ("form", "base") if asked[name]}
    if asked["file"] is not None and generated:
        raise InputError(
            "is for a generated Dockerfile", where=f"--{next(iter(generated))}", hint="leave --file out"
        )
    arguments = tuple(options.pairs(asked.pop("build_arg"), "--build-arg").items())
    with options.context(given) as context:
        request = engine_job.Request(
            folder=folder,
            engine=given["engine"],
            settings=options.settings(given),
            wish=dockerfile.Wish(**generated),
            build_args=arguments,
            secrets=asked["secret"],
            network=asked["build_network"] or "",
            platforms=asked["platform"],
            target=asked["target"] or "",
            file=asked["file"],
            no_cache=asked["no_cache"],
            **{name: given[name] for name in _RESULTS},
        )
        ready = engine_job.prepare(request, context)
    terminal = sys.stderr.buffer if has_bars(context.environ) and not quiet else None
    built = engine_job.build(ready, context, terminal=terminal)
    if as_json:
        click.echo(json.dumps(built.document(), indent=2))
        return
    if not quiet:
        click.echo(f"{', '.join(built.written)}, {words.seconds(built.image.seconds)}", err=True)
    click.echo(built.reference)


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
