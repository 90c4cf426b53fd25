"""A start command that another file of the project states: Procfile, Dockerfile, compose file."""

from collections.abc import Mapping

from msgspec import Struct, field

from bareboat.project.commandline import Line

__all__ = ["WEB", "Process"]

WEB = "web"
"""The name of the process that the image starts unless told otherwise."""


class Process(Struct, frozen=True):
    """One process: its `name` (`web` for the default one), its line, how the file writes it, and where.

    `source` is the file's path. `is_release` says that it is run before a new version starts.
    `variables` are those that the file sets for it.
    """

    name: str
    line: Line
    text: str
    where: str
    source: str
    is_release: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
