"""A start command in exec form, and what it may count on."""

from collections.abc import Callable, Mapping

from msgspec import Struct, field

__all__ = ["PORT", "Line", "Surroundings"]

PORT = "{port}"
"""Stands where a line has `$PORT`: whoever uses the line puts the port there."""

Script = Callable[[str], str | None]
"""Returns the text of a script of the project by its path as a command names it, None for none."""


class Surroundings(Struct, frozen=True):
    """What a line may count on: variables with their values, scripts of the project, its tool's aliases.

    `exists` says whether a path is there where the command runs, None where that is not known.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    script: Script = lambda _: None
    aliases: Mapping[str, str] = field(default_factory=dict)
    exists: Callable[[str], bool | None] = lambda _: None


class Line(Struct, frozen=True):
    """A command in exec form; `words` is empty where there is a `problem`.

    `env` are variables that it is given, `folder` is where it runs, below the project's, `before`
    are steps that came before it, `notes` say in words what was left out.
    """

    words: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    folder: str = ""
    before: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
