"""Which variables each instruction sees: ARG and ENV of its stage, and of the stages below it.

Spec: Dockerfile reference, "ARG", "Scope" and "Using ARG variables"; BuildKit, dockerfile2llb/convert.go,
dispatchArg and dispatchEnv.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bareboat.dockerfile.expand import LONGEST, Expanded, expand, expand_body
from bareboat.dockerfile.stages import Stage, Stages
from bareboat.dockerfile.syntax import Heredoc, Instruction
from bareboat.errors import InputError

__all__ = ["Budget", "Scope", "Seen", "scopes"]

MOST = 1000  # variables of one stage; a build has a few dozen
_ALL = 1 << 26  # characters of all values that are made while one file is looked at
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Settings of the builder, which no command sees.
_NOT_SEEN = frozenset({"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"})


class Budget:
    """How many characters the variables of a whole file may still come to; a failure costs much."""

    def __init__(self) -> None:
        self.left = _ALL

    def __enter__(self) -> None:
        if self.left < 0:
            raise InputError("the variables of the file come to too much text", hint="give them less to say")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.left -= LONGEST


@dataclass(slots=True)
class Scope:
    """The variables at one place of one stage, changed as instructions go by.

    `workdir` is None, and `is_open` true, where the base is an image whose settings are not known here.
    `arguments` names those variables that come from ARG, with the build's own values or defaults.
    """

    variables: dict[str, str]
    globals: Mapping[str, str]
    given: Mapping[str, str]
    escape: str
    is_open: bool
    workdir: str | None
    arguments: dict[str, str | None] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def expand(self, text: str) -> Expanded:
        """Return a word of an instruction with its variables replaced; InputError as `expand.expand`."""
        with self.budget:
            done = expand(text, self.variables, escape=self.escape, is_open=self.is_open)
            self.budget.left -= len(done.text)
        return done

    def body(self, heredoc: Heredoc) -> str:
        """Return a here-document's body as COPY writes it."""
        if not heredoc.expand:
            return heredoc.body
        with self.budget:
            text = expand_body(heredoc.body, self.variables, is_open=self.is_open).text
            self.budget.left -= len(text)
        return text

    def take(self, item: Instruction) -> None:
        """Go past an instruction; InputError where its variables cannot be replaced."""
        if item.keyword == "ENV":
            # All of one ENV see what was before it.
            pairs = [(self.expand(key).text, self.expand(value or "").text) for key, value in item.pairs]
            self.variables.update(pairs)
        elif item.keyword == "ARG":
            for name, default in item.pairs:
                self._argument(name, default)
        elif item.keyword == "WORKDIR" and item.arguments:
            path = self.expand(item.arguments[0]).text
            if path.startswith("/") or self.workdir is not None:
                self.workdir = posixpath.normpath(posixpath.join(self.workdir or "/", path))
        if len(self.variables) > MOST:
            raise InputError(f"the stage has more than {MOST} variables", hint="split it")

    def _argument(self, name: str, default: str | None) -> None:
        value: str | None
        if name in self.given:
            value = self.given[name]
        elif default is not None:
            value = self.expand(default).text
        else:
            value = self.globals.get(name)
        self.arguments[name] = value
        if value is not None and name not in _NOT_SEEN:
            self.variables[name] = value

    def copy(self) -> "Scope":
        """Return the scope as a stage that stands on this one begins with it."""
        return Scope(
            dict(self.variables),
            self.globals,
            self.given,
            self.escape,
            self.is_open,
            self.workdir,
            dict(self.arguments),
            self.budget,
        )


class Seen(NamedTuple):
    """An instruction of a stage and what it sees."""

    stage: Stage
    item: Instruction
    scope: Scope
    is_trigger: bool


def scopes(stages: Stages, *, arguments: Mapping[str, str] | None = None) -> Iterator[Seen]:
    """Yield each instruction of each stage with the scope that it sees, before it is taken.

    The scope is the same object throughout a stage, and goes past the instruction when the next is asked
    for. An instruction whose variables cannot be replaced changes nothing.
    """
    given = arguments or {}
    ends: dict[int, Scope] = {}
    budget = Budget()
    for stage in stages.stages:
        if stage.base is not None:
            scope = ends[stage.base].copy()
        else:
            is_empty = stage.image == "scratch"
            start = {"PATH": _PATH}
            scope = Scope(
                start,
                stages.globals,
                given,
                stages.escape,
                not is_empty,
                "/" if is_empty else None,
                budget=budget,
            )
        for place, item in enumerate((*stage.triggers, *stage.instructions)):
            yield Seen(stage, item, scope, place < len(stage.triggers))
            try:
                scope.take(item)
            except InputError:
                continue  # `check` says what is wrong with it
        ends[stage.index] = scope
