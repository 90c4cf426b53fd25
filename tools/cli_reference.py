"""The reference of all commands, read from their parsers: `tools/cli_reference.py docs/cli.md`.

tests/test_docs_examples.py compares the committed file with what this makes.
"""

import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from bareboat.cli import options
from bareboat.cli.main import cli

HEAD = """\
# Commands

Made from the parsers by `make docs`. Data goes to standard output, words to standard error. What can be set
besides flags is in [settings.md](settings.md), what exit codes mean in
[troubleshooting](guide/troubleshooting.md).
"""
SHARED = (
    ("project options", "Flags beside the settings of a project:", options.project_options),
    ("working options", "For every command that does work:", options.working_options),
)


def text() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for names, command in commands(("bareboat",), cli):
        parts.extend(section(names, command))
    for title, about, decorate in SHARED:
        context = click.Context(click.Command(title))
        parts += [f"## {title.capitalize()}\n", f"{about}\n", table(context, held(decorate))]
    return "\n".join(parts)


def commands(
    names: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that call it, a group before its members."""
    yield names, command
    for name, member in members(names, command):
        yield from commands((*names, name), member)


def members(names: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield the commands of a group by name."""
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=names[-1])
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            if member is not None:
                yield name, member


def section(names: tuple[str, ...], command: click.Command) -> Iterator[str]:
    """Yield the blocks of one command: usage, description, options, members, examples."""
    context = click.Context(command, info_name=" ".join(names), **command.context_settings)
    words = " ".join(names)
    yield f"## {words}\n"
    yield f"    {' '.join([words, *command.collect_usage_pieces(context)])}\n"
    yield f"{inspect.cleandoc(command.help or '')}\n"
    own = [one for one in command.params if isinstance(one, click.Option)]
    links = []
    for title, _, decorate in SHARED:
        shared = {one.name for one in held(decorate)}
        if shared <= {one.name for one in own}:
            own = [one for one in own if one.name not in shared]
            links.append(f"[{title}](#{title.replace(' ', '-')})")
    if own:
        yield table(context, own)
    if links:
        yield f"{'Also' if own else 'Takes'} the {' and the '.join(links)}.\n"
    listed = [
        f"- [`{words} {name}`](#{'-'.join((*names, name))}): {member.get_short_help_str(200)}"
        for name, member in members(names, command)
    ]
    if listed:
        yield "\n".join((*listed, ""))
    for block in re.split(r"\n*\x08\n", command.epilog or ""):
        title, _, lines = block.strip().partition("\n")
        if title:
            yield f"{title}\n\n{textwrap.indent(inspect.cleandoc(lines), '    ')}\n"


def held(decorate: Callable[[Any], Any]) -> tuple[click.Option, ...]:
    """Return the options that a decorator adds."""

    def nothing() -> None:
        pass

    command = click.command()(decorate(nothing))
    return tuple(one for one in command.params if isinstance(one, click.Option))


def table(context: click.Context, shown: Iterable[click.Option]) -> str:
    """Return a row for each option: how it is written and what it does."""
    records = [one.get_help_record(context) for one in shown]
    rows = [
        f"| `{name}` | {meaning} |".replace("[1<=x<=", "[1 to ")
        for name, meaning in (
            tuple(part.replace("|", "\\|") for part in record) for record in records if record is not None
        )
    ]
    return "\n".join(("| option | meaning |", "|---|---|", *rows, ""))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
