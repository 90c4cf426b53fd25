"""`bareboat explain`: which instructions of a Dockerfile run again after a change, and why."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bareboat.cli import options, words
from bareboat.dockerfile.cache import Outcome, Step
from bareboat.jobs import explain as job
from bareboat.jobs.explain import Scenario

__all__ = ["command", "document", "text"]

_WIDTH = 64


@click.command("explain", epilog="\b\nExample:\n  bareboat explain . --changed app/main.py")
@click.argument("dockerfile", type=click.Path(path_type=Path), default=".")
@click.option("--context", "folder", type=click.Path(path_type=Path), help="The build context's folder.")
@click.option("--target", default="", metavar="STAGE", help="The stage to build, else the last.")
@click.option("--build-arg", "arguments", multiple=True, metavar="KEY=VALUE", help="A build argument.")
@click.option("--changed", multiple=True, metavar="PATH", help="Ask about these files of the context too.")
@options.reading_options
@click.option("--verbose", is_flag=True, help="Show the traceback of an error.")
def command(dockerfile: Path, as_json: bool, **given: Any) -> None:  # noqa: FBT001  click passes it by name
    """Say what the builder's cache saves: DOCKERFILE is a file, or the folder that it is in.

    For a change of the source, of the dependencies and of the base images, each instruction is
    cached or runs again, with the reason. Nothing is built.
    """
    asked = job.Asked(
        given.pop("target"),
        tuple(options.pairs(given.pop("arguments"), "--build-arg").items()),
        given.pop("changed"),
    )
    folder = given.pop("folder")
    found = job.explained(dockerfile, asked, folder=folder)
    click.echo(json.dumps(document(found), indent=2) if as_json else text(found))


def text(scenarios: Sequence[Scenario]) -> str:
    """Return the scenarios as tables for people."""
    return "\n\n".join("\n".join(_lines(one)) for one in scenarios)


def document(scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Return the scenarios for programs."""
    return {
        "scenarios": [
            {
                "name": one.name,
                "paths": list(one.paths),
                "steps": [
                    {
                        "line": step.line,
                        "stage": step.stage_name or str(step.stage),
                        "instruction": _instruction(step),
                        "outcome": str(step.outcome),
                        "reason": step.reason,
                        "cause_line": step.cause.line if step.cause is not None else None,
                    }
                    for step in one.steps
                ],
            }
            for one in scenarios
        ]
    }


def _lines(one: Scenario) -> list[str]:
    shown = [step for step in one.steps if step.outcome not in {Outcome.FREE, Outcome.SKIPPED}]
    first = f" ({_named(one.paths)})" if one.paths else ""
    head = f"{one.name}{first}: {len(one.again)} of {words.count(len(shown), 'instruction')} run again"
    rows = [
        [
            f"  {step.line}" if step.line else "  ",
            step.stage_name or str(step.stage),
            _short(_instruction(step)),
            str(step.outcome),
            step.reason,
        ]
        for step in shown
    ]
    return [words.plain(head), words.table(rows)]


def _named(paths: Sequence[str]) -> str:
    more = len(paths) - 1
    return paths[0] + (f" and {words.count(more, 'other')}" if more else "")


def _instruction(step: Step) -> str:
    one = step.instruction
    flags = (
        f"--{flag.name}={flag.value}" if flag.value is not None else f"--{flag.name}" for flag in one.flags
    )
    return " ".join(" ".join((one.keyword, *flags, *one.arguments)).split())


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
