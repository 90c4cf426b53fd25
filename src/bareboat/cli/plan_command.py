"""`bareboat plan`: what would be built, and why."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import click

from bareboat.cli import options, words
from bareboat.facts.artifact import Artifact
from bareboat.jobs import plan as job
from bareboat.jobs.services import Found, services
from bareboat.plan import encode
from bareboat.plan.plan import LayerPlan, Plan

__all__ = ["command", "listing", "text"]


@click.command("plan", epilog="\b\nExample:\n  bareboat plan . --json | jq '.decisions[]'")
@click.argument("folder", type=options.PROJECT, default=".")
@options.project_options
@options.reading_options
@options.working_options
def command(folder: Path, as_json: bool, **given: Any) -> None:  # noqa: FBT001  click passes it by name
    """Show the plan of the project in FOLDER: decisions with reasons, layers with sizes.

    Everything that the image holds is fetched, verified and measured for this; no image is made.
    Of a folder that holds several projects and is none itself, they are listed.
    """
    with options.context(given) as context:
        asked = options.settings(given)
        held = () if "script" in asked else services(folder, context)
        if held:
            click.echo(json.dumps([one.document() for one in held]) if as_json else listing(held))
        made = job.plan(folder, asked, context, locked=given["locked"])
    click.echo(json.dumps(encode.document(made), indent=2) if as_json else text(made))


def listing(held: Sequence[Found]) -> str:
    """Return the projects of a folder as a table for people."""
    return words.table([[one.name, one.folder, one.source, one.start] for one in held])


def text(plan: Plan) -> str:
    """Return the plan as a tree for people."""
    lines = [f"{plan.reference}  {words.size(plan.size)} in {words.count(len(plan.layers), 'layer')}"]
    lines += _branch("decisions", _decisions(plan), last=False)
    names = {one.name for one in plan.artifacts}
    for layer in plan.layers:
        lines += _branch(
            _head(layer), _members(layer, names), last=layer is plan.layers[-1] and not plan.findings
        )
    if plan.findings:
        said = [
            words.plain(
                f"{one.severity}: {one.where}: {one.message}" + (f" ({one.hint})" if one.hint else "")
            )
            for one in plan.findings
        ]
        lines += _branch("findings", said, last=True)
    return "\n".join(lines)


def _decisions(plan: Plan) -> list[str]:
    rows = [
        [one.subject, one.value, one.reason + (f" ({one.where})" if one.where else "")]
        for one in plan.decisions
    ]
    return words.table(rows).splitlines()


def _head(layer: LayerPlan) -> str:
    return words.plain(f"{layer.name}  {words.size(layer.size)}")


def _members(layer: LayerPlan, names: Collection[str]) -> list[str]:
    held = sorted(layer.artifacts, key=lambda one: (-one.size, one.name))
    rows = [[f"{one.name} {one.version}".strip(), words.size(one.size), _reason(one, names)] for one in held]
    lines = words.table(rows, right=(1,)).splitlines()
    dropped: dict[str, int] = {}
    for one in held:
        for rule, size in one.dropped:
            dropped[rule] = dropped.get(rule, 0) + size
    if dropped:
        left = sorted(dropped.items(), key=lambda item: -item[1])
        lines.append("left out: " + ", ".join(f"{rule} {words.size(size)}" for rule, size in left))
    return lines


def _reason(artifact: Artifact, names: Collection[str]) -> str:
    if artifact.because in names:
        return f"needed by {artifact.because}"
    return artifact.because or artifact.role


def _branch(head: str, members: list[str], *, last: bool) -> list[str]:
    stem, below = ("└─ ", "   ") if last else ("├─ ", "│  ")
    lines = [stem + head]
    for number, member in enumerate(members, 1):
        lines.append(below + ("└─ " if number == len(members) else "├─ ") + member)
    return lines
