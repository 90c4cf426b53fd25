"""The reader behind `cache.explain`: follows a change through the stages, instruction by instruction."""

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from bareboat.dockerfile import contextpaths, heredocs, mounts
from bareboat.dockerfile.cache import Change, Outcome, Step
from bareboat.dockerfile.expand import expand, expand_body
from bareboat.dockerfile.ignore import Ignore
from bareboat.dockerfile.scope import Scope, Seen
from bareboat.dockerfile.stages import Stage, Stages, Use
from bareboat.dockerfile.syntax import File, Instruction
from bareboat.errors import InputError

__all__ = ["Reader"]


@dataclass(slots=True)
class _State:
    """How a stage differs from the last build, and variables with other values.

    `cause` is where it began, maybe in another stage; `first` the first of this one's that runs again,
    or may, if that is not sure.
    """

    cause: Instruction | None = None
    first: Instruction | None = None
    is_sure: bool = True
    names: dict[str, Instruction] = field(default_factory=dict)
    user: Instruction | None = None


class _Why(NamedTuple):
    """A reason to run again, and the instruction with which it began; None is the one at hand."""

    text: str
    cause: Instruction | None = None
    is_sure: bool = True


class Reader:
    """Gathers `steps`; stages are to be begun and taken in their order."""

    def __init__(self, stages: Stages, change: Change, ignore: Ignore, *, target: Stage) -> None:
        self.stages = stages
        self.change = change
        self.target = target
        self.needed = stages.needed(target)
        self.paths = tuple(sorted(path for path in change.paths if not ignore.excludes(path)))
        self.globals: dict[str, Instruction] = {}
        self.states: dict[int, _State] = {}
        self.steps: list[Step] = []
        self.merges = True

    def above(self, file: File) -> None:
        """Look at the ARGs above the first FROM."""
        for item in takewhile(lambda item: item.keyword == "ARG", file.instructions()):
            self._assign(item, self.globals, self.globals, is_argument=True)

    def begin(self, stage: Stage) -> None:
        """Look at a stage's FROM, and at those below it first."""
        if stage.index in self.states:
            return
        state = _State()
        if stage.base is not None:
            below = self.stages.stages[stage.base]
            self.begin(below)
            base = self.states[below.index]
            state = _State(base.cause, base.first, base.is_sure, dict(base.names), base.user)
            why = _stands(f"stage {below.shown}", state)
        else:
            why = self._image(stage)
        self.states[stage.index] = state
        kept = (
            f"stage {below.shown} is as it was" if stage.base is not None else f"{stage.image} is as it was"
        )
        self._add(stage, stage.start, why, kept)

    def _image(self, stage: Stage) -> _Why | None:
        for text in (*stage.start.arguments[:1], stage.start.flag("platform") or ""):
            for name in sorted(_used(text, self.stages.escape) & self.globals.keys()):
                return _Why(f"ARG {name} has another value", self.globals[name])
        return _Why(f"{stage.image} changed") if self._has_changed(stage.image) else None

    def _has_changed(self, image: str) -> bool:
        return image != "scratch" and (self.change.all_images or image in self.change.images)

    def take(self, seen: Seen) -> None:
        """Look at an instruction of a stage that was begun."""
        stage, item, scope, _ = seen
        state = self.states[stage.index]
        if item.keyword in {"ARG", "ENV"}:
            self._assign(item, state.names, self.globals, is_argument=item.keyword == "ARG")
        elif item.keyword == "USER":
            why = self._words(item.arguments, state, scope)
            state.user = item if why else None
        reader = {"RUN": self._run, "COPY": self._copy, "ADD": self._copy, "WORKDIR": self._workdir}.get(
            item.keyword
        )
        if reader is None:
            self._note(stage, item, Outcome.FREE, "a setting of the image, without a layer")
            return
        why = reader(stage, item, scope, state)
        is_linked = self.merges and item.keyword in {"COPY", "ADD"} and _is_linked(item)
        below = None if is_linked or state.first is None else _stands(_shown(state.first), state)
        if why is None or (below is not None and below.is_sure and not why.is_sure):
            why = below
        kept = "nothing that it depends on changed"
        if is_linked and state.cause is not None:
            kept = "--link: its layer does not depend on what is below"
        self._add(stage, item, why, kept)

    def _add(self, stage: Stage, item: Instruction, why: _Why | None, kept: str) -> None:
        if why is None:
            self._note(stage, item, Outcome.CACHED, kept)
            return
        cause = why.cause or item
        self._note(stage, item, Outcome.RUNS if why.is_sure else Outcome.MAYBE, why.text, cause)
        state = self.states[stage.index]
        if state.cause is None or (why.is_sure and not state.is_sure):
            state.cause, state.first, state.is_sure = cause, item, why.is_sure

    def _note(
        self, stage: Stage, item: Instruction, outcome: Outcome, reason: str, cause: Instruction | None = None
    ) -> None:
        if stage.index not in self.needed:
            reason = f"stage {stage.shown} is not needed for {self.target.shown}"
            outcome, cause = Outcome.SKIPPED, None
        self.steps.append(Step(stage.index, stage.name, item, outcome, reason, cause))

    def _assign(
        self,
        item: Instruction,
        names: dict[str, Instruction],
        above: dict[str, Instruction],
        *,
        is_argument: bool,
    ) -> None:
        """Follow a change of values through ARG and ENV."""
        before = dict(names)
        for name, value in item.pairs:
            cause = None
            if is_argument and name in self.change.arguments:
                cause = item
            elif value is None:
                cause = above.get(name)
            else:
                used = _used(value, self.stages.escape) & before.keys()
                cause = before[min(used)] if used else None
            names.pop(name, None)
            if cause is not None:
                names[name] = cause
            if is_argument:
                before = dict(names)

    def _words(self, texts: Iterable[str], state: _State, scope: Scope) -> _Why | None:
        """Return a reason where texts hold a variable with another value."""
        for text in texts:
            for name in sorted(_used(text, scope.escape) & state.names.keys()):
                return _Why(f"{name} has another value", state.names[name])
        return None

    def _workdir(self, stage: Stage, item: Instruction, scope: Scope, state: _State) -> _Why | None:
        return self._words(item.arguments, state, scope) or _of_user(state)

    def _run(self, stage: Stage, item: Instruction, scope: Scope, state: _State) -> _Why | None:
        for text in item.values("mount"):
            try:
                mount = mounts.parse(text, lambda word: scope.expand(word).text)
            except InputError:
                continue  # `check` says what is wrong with it
            if mount.reads_context:
                found = [path for path in self.paths if _is_below(path, mount.source)]
                if found:
                    return _Why(f"mounts {_listed(found)}")
        for name in sorted(state.names):
            return _Why(f"{name} has another value, and every command sees it", state.names[name])
        found_others = [why for use in stage.uses_of(item) if (why := self._other(use, "mounts files of"))]
        return _of_user(state) or next(iter(sorted(found_others, key=lambda why: not why.is_sure)), None)

    def _copy(self, stage: Stage, item: Instruction, scope: Scope, state: _State) -> _Why | None:
        words = [text for text in item.arguments if not heredocs.is_word(text)]
        flags = [item.flag("chown") or "", item.flag("chmod") or "", item.flag("checksum") or ""]
        why = self._words([*words, *flags], state, scope)
        for heredoc in item.heredocs if why is None else ():
            used = expand_body(heredoc.body, {}, is_open=True).missing if heredoc.expand else frozenset()
            for name in sorted(used & state.names.keys()):
                return _Why(f"{name} has another value", state.names[name])
        if why is not None:
            return why
        if item.flag("from"):
            found = [self._other(use, "takes files from") for use in stage.uses_of(item)]
            return found[0] if found else None
        sources = [_expanded(text, scope) for text in words[:-1]]
        excluded = item.values("exclude")
        parents = item.flag("parents") not in {None, "false"}
        paths = [
            path
            for path in self.paths
            if contextpaths.taken(sources, path, excluded=excluded, with_parents=parents)
        ]
        return _Why(f"copies {_listed(paths)}") if paths else None

    def _other(self, use: Use, verb: str) -> _Why | None:
        """Return a reason where another stage, or an image, is not as it was."""
        if use.stage is None:
            return _Why(f"{verb} {use.name}, which changed") if self._has_changed(use.name) else None
        other = self.states.get(use.stage)
        if other is None or other.cause is None:
            return None
        shown = self.stages.stages[use.stage].shown
        return _Why(f"{verb} stage {shown}, if they came out different", other.cause, is_sure=False)


def _used(text: str, escape: str) -> frozenset[str]:
    """Return the variables that a text asks for."""
    try:
        return expand(text, {}, escape=escape, is_open=True).missing
    except InputError:
        return frozenset()


def _expanded(text: str, scope: Scope) -> str:
    try:
        return scope.expand(text).text
    except InputError:
        return text


def _stands(below: str, state: _State) -> _Why | None:
    """Return a reason where what is below runs again."""
    if state.cause is None:
        return None
    again = "which runs again" if state.is_sure else "which may run again"
    return _Why(f"stands on {below}, {again}", state.cause, is_sure=state.is_sure)


def _of_user(state: _State) -> _Why | None:
    return _Why("USER has another value", state.user) if state.user is not None else None


def _is_linked(item: Instruction) -> bool:
    """Say whether --link takes effect: BuildKit leaves it out with a mode."""
    return (item.flag("link") or "true").lower() == "true" and not (
        item.flag("link") is None or item.flag("chmod")
    )


def _is_below(path: str, source: str) -> bool:
    """Say whether a mount of a file or folder shows a path."""
    root = posixpath.normpath("/" + source).strip("/")
    return not root or path == root or path.startswith(root + "/")


def _listed(paths: Sequence[str]) -> str:
    shown = ", ".join(paths[:3])
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return f"{shown}{more}, which changed"


def _shown(item: Instruction) -> str:
    return f"line {item.line} ({item.keyword})" if item.line else item.keyword
