"""The program: arguments in, exit code out. The only place that catches a BareboatError.

Commands are imported when they are called, so that `--help` costs little more than click.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click

from bareboat import __version__
from bareboat.cli.terminal import complain, relax
from bareboat.errors import BareboatError

__all__ = ["COMMANDS", "cli", "main", "run"]

INTERRUPTED = 130

COMMANDS = {
    "build": "Build an image from a project.",
    "cache": "Show, check or shrink the cache.",
    "compare": "Build every form of a project and measure it.",
    "ci": "Write a pipeline that tests, builds, scans and pushes the image.",
    "dockerfile": "Write a multi-stage Dockerfile for a project.",
    "doctor": "Say what works on this machine and what is missing.",
    "explain": "Say which instructions of a Dockerfile run again after a change.",
    "lock": "Write the locks of a project.",
    "plan": "Show what would be built, and why.",
    "run": "Build an image and start it.",
    "schema": "Print a JSON schema: settings, plan or compare.",
}


_HELP = ["-h", "--help"]


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bareboat.cli.{cmd_name}_command")
        command = module.command
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        for one in (command, *(command.commands.values() if isinstance(command, click.Group) else ())):
            # click keeps the help option of whichever context asks first: it must not depend on that
            one.context_settings["help_option_names"] = _HELP
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        near = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if args[0] not in COMMANDS and near:
            raise click.UsageError(f"no such command {args[0]!r}, did you mean {near[0]!r}?", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": _HELP},
    epilog="\b\nExamples:\n  bareboat build . --load && docker run -p 8000:8000 app\n"
    "  bareboat plan . --json | jq '.layers[].name'\n\n"
    "\b\nShell completion, for bash (zsh and fish likewise):\n"
    '  eval "$(_BAREBOAT_COMPLETE=bash_source bareboat)"',
)
@click.version_option(__version__, prog_name="bareboat")
def cli() -> None:
    """Turn a Python project into a container image and nothing else."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0, 1 for findings, else that of the error family."""
    try:
        result = cli.main(args=list(arguments), prog_name="bareboat", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("bareboat: interrupted; the cache and all outputs are whole", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BareboatError as error:
        _trace(arguments)
        complain(str(error), error.hint)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - a fault of ours is one line too, with an exit code of its own
        _trace(arguments)
        complain(f"{type(error).__name__}: {error}", "this is a fault of bareboat: --verbose shows where")
        return BareboatError.exit_code
    return result if isinstance(result, int) else 0


def _trace(arguments: Sequence[str]) -> None:
    if "--verbose" in arguments:
        import traceback

        traceback.print_exc()


def run() -> NoReturn:
    """Be the console script: run with the process's own arguments and exit.

    The process ends at once: taking apart what a build holds in memory takes as long as a tenth of a
    rebuild and does nothing for anyone, and a thread that waits for a silent server would hold it up.
    """
    relax()
    code = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # None where it was closed from the start
            stream.flush()
    os._exit(code)
