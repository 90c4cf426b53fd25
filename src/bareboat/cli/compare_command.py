"""`bareboat compare`: every form of a project, built and measured."""

import json
from pathlib import Path
from typing import Any

import click

from bareboat.cli import options, words
from bareboat.compare import chart as picture
from bareboat.compare import table
from bareboat.compare.result import Comparison, document
from bareboat.errors import InputError
from bareboat.jobs import compare as job
from bareboat.jobs.candidates import NAMES
from bareboat.store.output import write_text

__all__ = ["command", "text"]

_EPILOG = """\b
Examples:
  bareboat compare .
  bareboat compare . --forms uv-sync,pip-venv,native --repeat 3
  bareboat compare . --engine podman --out compared.md --chart compared.svg"""


@click.command("compare", epilog=_EPILOG)
@click.argument("folder", type=options.PROJECT, default=".")
@click.option("--forms", default="", metavar="A,B", help=f"Some of: {', '.join(NAMES)}.")
@click.option("--engine", default="", metavar="NAME", help="docker, podman, buildah or buildx:NAME.")
@click.option("--base", default="slim", metavar="BASE", help="What the multi-stage forms build from.")
@click.option("--repeat", type=click.IntRange(1, 50), default=1, metavar="N", help="Runs; medians count.")
@click.option("--build-network", default="", metavar="NAME", help="The network of the build's commands.")
@click.option("--secret", multiple=True, metavar="id=NAME,src=FILE", help="A secret of the builds.")
@click.option(
    "--set", "given_env", multiple=True, metavar="KEY=VALUE", help="A variable of started containers."
)
@click.option("--note", multiple=True, metavar="TEXT", help="A sentence to stand with the figures.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the tables as Markdown.")
@click.option("--chart", type=click.Path(path_type=Path), metavar="FILE", help="Write a chart as SVG.")
@click.option("--keep", is_flag=True, help="Keep the images of the cold builds in the engine.")
@options.project_options
@options.reading_options
@options.working_options
def command(folder: Path, as_json: bool, **given: Any) -> int:  # noqa: FBT001  click passes it by name
    """Build every form of the project in FOLDER in a real engine and measure them.

    Size, cold build, rebuilds after a change of the source and of a dependency, bytes to push, time
    to the first answer, packages, shell and user: for one stage, for each multi-stage Dockerfile that
    fits, and for bareboat's own image. Copies are built, never FOLDER; all that it makes is removed.
    """
    out, chart = given.pop("out"), given.pop("chart")
    for file in (out, chart):
        if file is not None and not file.absolute().parent.is_dir():
            raise InputError("its folder is not there", where=str(file), hint="make the folder first")
    asked = {name: given.pop(name) for name in ("engine", "base", "repeat", "keep")}
    asked["network"] = given.pop("build_network")
    asked["forms"] = tuple(name.strip() for name in given.pop("forms").split(",") if name.strip())
    asked["env"] = options.pairs(given.pop("given_env"), "--set")
    asked["secrets"], asked["notes"] = given.pop("secret"), given.pop("note")
    given.pop("locked")
    with options.context(given) as context:
        found = job.compare(job.Wanted(folder, options.settings(given), **asked), context)
    if chart is not None:
        write_text(chart.absolute(), picture.chart(found))
    if out is not None:
        write_text(out.absolute(), table.markdown(found, chart=chart.name if chart is not None else ""))
    click.echo(json.dumps(document(found), indent=2) if as_json else text(found))
    return 0 if any(row.contents is not None for row in found.rows) else 1


def text(comparison: Comparison) -> str:
    """Return the tables for a terminal, what is missing below them, then what was measured and how."""
    parts = []
    for columns in (table.CONTENTS, table.TIMES):
        lines = [list(columns), *table.rows(comparison, columns)]
        numbers = [place for place, name in enumerate(columns) if name not in {"form", "shell", "user"}]
        parts.append(words.table(lines, right=numbers))
    found = [[name, why] for name, why in table.problems(comparison)]
    if found:
        parts.append(words.table(found))
    parts.append("\n".join(words.plain(line) for line in table.described(comparison)))
    return "\n\n".join(parts)
