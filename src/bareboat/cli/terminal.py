"""What is said to a person: labels in colour where that is wanted, texts from outside made harmless.

The only writer of warnings and errors, so that they look the same whether bars are shown or not.
"""

import os
import sys
from collections.abc import Mapping

import click

from bareboat.cli import words

__all__ = ["complain", "harmless", "has_bars", "has_colour", "labelled", "relax"]


def has_bars(environ: Mapping[str, str]) -> bool:
    """Say whether bars can be drawn: standard error is a terminal, and nobody reads it as a log."""
    is_terminal = sys.stderr is not None and sys.stderr.isatty()
    return is_terminal and not environ.get("CI") and environ.get("TERM") != "dumb"


def has_colour(environ: Mapping[str, str]) -> bool | None:
    """Return what click wants to know: False where NO_COLOR is set, None to look at the terminal."""
    return False if environ.get("NO_COLOR") else None


def harmless(text: str) -> str:
    """Return `text` on one line, without what a terminal would obey."""
    return words.plain(" ".join(text.split()))


def labelled(label: str, message: str, *, colour: str) -> str:
    """Return `label: message` with the label in colour; a message of several lines is indented."""
    first, *more = message.splitlines() or [""]
    indent = " " * (len(label) + 2)
    lines = [harmless(first), *(indent + words.plain(line.rstrip()) for line in more)]
    return click.style(f"{label}: ", fg=colour, bold=True) + "\n".join(lines)


def complain(message: str, hint: str = "") -> None:
    """Write an error and the way out to standard error."""
    colour = has_colour(os.environ)
    click.echo(labelled("error", harmless(message), colour="red"), err=True, color=colour)
    if hint:
        click.echo(labelled("hint", hint, colour="cyan"), err=True, color=colour)


def relax() -> None:
    """Let the standard streams replace what their encoding cannot say, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and "utf" not in (stream.encoding or "").lower():
            reconfigure(errors="replace")
