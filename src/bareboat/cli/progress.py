"""Events shown to a person: bars on a terminal, lines elsewhere, nothing when quiet.

One bar a kind of work, not one a file: forty downloads are one bar of bytes.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click
from msgspec import Struct

from bareboat.cli import terminal, words
from bareboat.progress import Kind, Progress, Task

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

__all__ = ["shown"]

_VERB = {
    Kind.RESOLVE: "resolving",
    Kind.DOWNLOAD: "downloading",
    Kind.UNPACK: "unpacking",
    Kind.COMPILE: "compiling",
    Kind.LAYER: "layers",
    Kind.WRITE: "writing",
    Kind.START: "starting",
}
_IN_BYTES = {Kind.DOWNLOAD, Kind.LAYER, Kind.WRITE}
_LINE_EVERY = 5.0


class _Sum(Struct):
    tasks: int = 0
    ended: int = 0
    done: int = 0
    total: int = 0
    last: str = ""
    said: float = 0.0
    bar: "TaskID | None" = None


@contextmanager
def shown(*, quiet: bool, bars: bool) -> Iterator[Progress]:
    """Give a Progress for one command; what it showed is complete when the context ends."""
    if not bars or quiet:
        lines = _Lines(quiet=quiet)
        try:
            yield lines
        finally:
            lines.close()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<12}", markup=False),
        BarColumn(bar_width=32),
        TextColumn("{task.fields[amount]}", markup=False),
        TextColumn("{task.fields[last]}", markup=False, style="dim"),
    )
    # Standard output is left alone: what is written there is for a program.
    with Progress(
        *columns, console=console, transient=True, refresh_per_second=10, redirect_stdout=False
    ) as live:
        yield _Bars(live)


class _Base:
    def __init__(self) -> None:
        self.sums: dict[Kind, _Sum] = {}
        self.guard = threading.Lock()

    def begin(self, kind: Kind, name: str, *, total: int | None = None) -> Task:
        with self.guard:
            held = self.sums.setdefault(kind, _Sum())
            held.tasks += 1
            held.total += total or 0
            held.last = name
            self.changed(kind, held)
        return _Running(self, kind)

    def advance(self, kind: Kind, amount: int) -> None:
        with self.guard:
            held = self.sums[kind]
            held.done += amount
            self.changed(kind, held)

    def end(self, kind: Kind) -> None:
        with self.guard:
            held = self.sums[kind]
            held.ended += 1
            self.changed(kind, held)

    def changed(self, kind: Kind, held: _Sum) -> None:
        """Show the new state."""

    def note(self, message: str) -> None:
        self.say(terminal.harmless(message))

    def warn(self, message: str) -> None:
        self.say(terminal.labelled("warning", message, colour="yellow"))

    def say(self, text: str) -> None:
        """Write a line, styled for a terminal, to standard error."""
        click.echo(text, err=True, color=terminal.has_colour(os.environ))


class _Running:
    def __init__(self, owner: _Base, kind: Kind) -> None:
        self._owner = owner
        self._kind = kind

    def advance(self, amount: int) -> None:
        self._owner.advance(self._kind, amount)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._owner.end(self._kind)


class _Lines(_Base):
    """A line for each kind of work every few seconds, and a last one when all of it has ended."""

    def __init__(self, *, quiet: bool) -> None:
        super().__init__()
        self._quiet = quiet

    def changed(self, kind: Kind, held: _Sum) -> None:
        now = time.monotonic()
        if not held.said:
            held.said = now
        elif now - held.said > _LINE_EVERY:
            held.said = now
            self._say(kind, held)

    def close(self) -> None:
        for kind, held in self.sums.items():
            if held.ended:
                self._say(kind, held)

    def note(self, message: str) -> None:
        if not self._quiet:
            super().note(message)

    def _say(self, kind: Kind, held: _Sum) -> None:
        if not self._quiet:
            click.echo(f"{_VERB[kind]}: {_amount(kind, held)}", err=True)


class _Bars(_Base):
    def __init__(self, live: "Bars") -> None:
        super().__init__()
        self._live = live

    def changed(self, kind: Kind, held: _Sum) -> None:
        if held.bar is None:
            held.bar = self._live.add_task(_VERB[kind], total=None, amount="", last="")
        in_bytes = kind in _IN_BYTES
        self._live.update(
            held.bar,
            total=(held.total if in_bytes else held.tasks) or None,
            completed=held.done if in_bytes else held.ended,
            amount=_amount(kind, held),
            last=terminal.harmless(held.last)[:40] if held.ended < held.tasks else "",
        )

    def say(self, text: str) -> None:
        from rich.text import Text

        # Rich moves the bars down; it must neither wrap the line nor read [brackets] as its markup.
        self._live.console.print(Text.from_ansi(text), soft_wrap=True)


def _amount(kind: Kind, held: _Sum) -> str:
    amount = f"{held.ended}/{held.tasks}"
    return f"{amount}, {words.size(held.done)}" if kind in _IN_BYTES and held.done else amount
