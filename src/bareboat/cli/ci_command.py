"""`bareboat ci`: a pipeline that tests, builds, scans and pushes the image."""

import difflib
from pathlib import Path
from typing import Any

import click

from bareboat.cli import options
from bareboat.errors import InputError
from bareboat.forms.pipeline import Builder, Scan
from bareboat.jobs import ci as job
from bareboat.project.toml import read_text
from bareboat.store.output import write_text

__all__ = ["command"]

_EPILOG = """\b
Examples:
  bareboat ci github --out .github/workflows/image.yml
  bareboat ci gitlab services/api --with docker --scan grype
  bareboat ci github --out .github/workflows/image.yml --diff"""


@click.command("ci", epilog=_EPILOG)
@click.argument("forge", type=click.Choice([one.value for one in job.Forge]))
@click.argument("folder", type=options.PROJECT, default=".")
@click.option(
    "--with",
    "builder",
    type=click.Choice([one.value for one in Builder]),
    default=Builder.NATIVE.value,
    help="What builds: bareboat itself, or Docker from the project's Dockerfile.",
)
@click.option(
    "--scan",
    type=click.Choice([one.value for one in Scan]),
    default=Scan.TRIVY.value,
    help="What looks for known vulnerabilities.",
)
@click.option("--branch", default="main", metavar="NAME", help="The branch whose image is 'latest'.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
@click.option("--force", is_flag=True, help="Replace a file that is there and differs.")
@click.option("--diff", is_flag=True, help="Show what would change and write nothing; 1 if anything would.")
@options.project_options
@options.working_options
def command(folder: Path, **given: Any) -> int:
    """Print a pipeline for FORGE that tests, builds, scans and pushes the image of FOLDER.

    Its jobs have the least rights that do, its actions are named by commit and its images by
    version; it holds no secret. A pull or merge request does everything but the push.
    """
    out, force, diff = (given.pop(name) for name in ("out", "force", "diff"))
    wish = job.Wish(
        job.Forge(given.pop("forge")),
        Builder(given.pop("builder")),
        Scan(given.pop("scan")),
        given.pop("branch"),
    )
    given.pop("locked")
    is_quiet = given["quiet"]
    with options.context(given) as context:
        text = job.ci(folder, options.settings(given), context, wish)
    place = out if out is not None else folder / wish.place
    before = read_text(place, where=str(place)) if (out or diff) and place.is_file() else None
    if diff:
        return _diff(place, before, text)
    if out is None:
        click.echo(text, nl=False)
        return 0
    if before != text:
        _write(place, text, is_there=place.exists(), force=force)
    if not is_quiet:
        said = "unchanged" if before == text else "written" if before is None else "replaced"
        click.echo(f"{place}: {said}", err=True)
    return 0


def _write(place: Path, text: str, *, is_there: bool, force: bool) -> None:
    if is_there and (place.is_dir() or not force):
        raise InputError(
            "is a folder" if place.is_dir() else "is there already and differs",
            where=str(place),
            hint="name a file"
            if place.is_dir()
            else "see the difference with --diff, or replace it with --force",
        )
    write_text(place, text)


def _diff(place: Path, before: str | None, text: str) -> int:
    was = (before or "").splitlines(keepends=True)
    name = str(place) if before is not None else "/dev/null"
    lines = difflib.unified_diff(was, text.splitlines(keepends=True), name, str(place))
    click.echo("".join(lines), nl=False)
    return int(before != text)
