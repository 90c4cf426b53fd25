"""`bareboat dockerfile`: the project as a multi-stage Dockerfile, and the files beside it."""

import difflib
import json
import os
from pathlib import Path
from typing import Any

import click

from bareboat.cli import explain_command, options, words
from bareboat.forms import bases, registry
from bareboat.jobs import digests, explain
from bareboat.jobs import dockerfile as job
from bareboat.jobs.dockerfile import Made, Output, State

__all__ = ["command"]

_EPILOG = """\b
Examples:
  bareboat dockerfile .
  bareboat dockerfile . --form pip-venv --base distroless --out -
  bareboat dockerfile . --test --scan --compose --diff"""


@click.command("dockerfile", epilog=_EPILOG)
@click.argument("folder", type=options.PROJECT, default=".")
@click.option("--form", default="", metavar="NAME", help=f"One of: {', '.join(registry.NAMES)}.")
@click.option("--installer", type=click.Choice(["pip", "poetry", "uv"]), help="What installs the packages.")
@click.option("--base", default="slim", metavar="BASE", help=f"{', '.join(bases.NAMES)}, or an image.")
@click.option("--out", metavar="PATH", help="A folder, a file, or - for standard output.")
@click.option("--pin", is_flag=True, help="Name base images by digest, as the registry has them now.")
@click.option("--test", is_flag=True, help="Add a stage that runs pytest; no image without it.")
@click.option("--scan", is_flag=True, help="Add a stage that runs pip-audit; no image without it.")
@click.option("--index-secret", is_flag=True, help="Mount credentials of a private package index.")
@click.option("--compose", is_flag=True, help="Write compose.yaml too.")
@click.option("--force", is_flag=True, help="Replace files that are there and differ.")
@click.option("--diff", is_flag=True, help="Show what would change and write nothing; 1 if anything would.")
@click.option("--explain", "is_explained", is_flag=True, help="Say what each change would build again.")
@click.option("--list", "is_list", is_flag=True, help="List the forms, and why one does not fit.")
@options.project_options
@options.reading_options
@options.working_options
def command(folder: Path, as_json: bool, **given: Any) -> int:  # noqa: FBT001  click passes it by name
    """Write a multi-stage Dockerfile for the project in FOLDER, with .dockerignore and env.example.

    The form follows the project's own tool unless --form or --installer says otherwise. Nothing
    that is there already is overwritten without --force; .dockerignore is only added to.
    """
    out = given.pop("out")
    diff, force, is_list, pin = (given.pop(name) for name in ("diff", "force", "is_list", "pin"))
    is_explained = given.pop("is_explained")
    wish = job.Wish(
        form=given.pop("form"),
        installer=given.pop("installer") or "",
        base=given.pop("base"),
        out=None if out in {None, "-"} else Path(out),
        has_tests=given.pop("test"),
        has_scan=given.pop("scan"),
        has_secrets=given.pop("index_secret"),
        has_compose=given.pop("compose"),
        resolve=digests.resolver(os.environ) if pin else None,
    )
    given.pop("locked")
    is_quiet = given["quiet"]
    with options.context(given) as context:
        made = job.make(folder, options.settings(given), context, wish)
        if not (as_json or diff or is_list or is_explained or out == "-"):
            job.write(made, force=force)
    if is_explained:
        found = explain.of_text(made.text, made.outputs[1].text, made.root)
        shown = explain_command.document(found) if as_json else explain_command.text(found)
        click.echo(json.dumps(shown, indent=2) if as_json else shown)
    elif as_json:
        click.echo(json.dumps(_document(made), indent=2))
    elif is_list:
        click.echo(words.table([[name, why or "fits"] for name, why in made.fits.items()]))
    elif diff:
        return _diff(made)
    elif out == "-":
        click.echo(made.text, nl=False)
    else:
        _tell(made, is_quiet=is_quiet)
    return 0


def _diff(made: Made) -> int:
    changed = [one for one in made.outputs if one.state in {State.NEW, State.CHANGED}]
    for one in changed:
        before = (one.before or "").splitlines(keepends=True)
        name = str(one.path) if one.before is not None else "/dev/null"
        lines = difflib.unified_diff(before, one.text.splitlines(keepends=True), name, str(one.path))
        click.echo("".join(lines), nl=False)
    return 1 if changed else 0


def _tell(made: Made, *, is_quiet: bool) -> None:
    for one in made.outputs:
        click.echo(f"{one.path}: {_said(one)}")
    for decision in () if is_quiet else made.decisions:
        where = f" ({decision.where})" if decision.where else ""
        click.echo(words.plain(f"{decision.subject}: {decision.value}: {decision.reason}{where}"), err=True)
    for finding in made.blueprint.findings:
        hint = f" ({finding.hint})" if finding.hint else ""
        click.echo(words.plain(f"{finding.severity}: {finding.where}: {finding.message}{hint}"), err=True)


def _said(output: Output) -> str:
    if output.state is State.KEPT:
        return "kept, and differs from what would be written (--out writes elsewhere)"
    return {State.NEW: "written", State.CHANGED: "replaced", State.SAME: "unchanged"}[output.state]


def _document(made: Made) -> dict[str, Any]:
    return {
        "form": made.form.NAME,
        "files": [{"path": str(one.path), "state": str(one.state), "text": one.text} for one in made.outputs],
        "images": list(job.images(made.file)),
        "decisions": [
            {"subject": one.subject, "value": one.value, "reason": one.reason, "where": one.where}
            for one in made.decisions
        ],
        "findings": [
            {
                "code": one.code,
                "where": one.where,
                "message": one.message,
                "severity": str(one.severity),
                "hint": one.hint,
            }
            for one in made.blueprint.findings
        ],
        "forms": [{"name": name, "fits": why is None, "reason": why} for name, why in made.fits.items()],
    }
