"""Whether one instruction by itself is as a build needs it: enough words, known flags, sound values.

Spec: BuildKit, frontend/dockerfile/instructions/parse.go.
"""

import re
from collections.abc import Iterator

from bareboat.dockerfile import arguments, heredocs, mounts, options, values
from bareboat.dockerfile.syntax import Form, Instruction
from bareboat.errors import InputError

__all__ = ["problems"]

_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_ONE = frozenset({"MAINTAINER", "WORKDIR", "USER", "STOPSIGNAL"})
_SOME = frozenset({"ENV", "LABEL", "EXPOSE", "VOLUME", "ARG", "ONBUILD", "HEALTHCHECK", "SHELL"})


def problems(item: Instruction) -> Iterator[InputError]:
    """Yield what is wrong with one instruction by itself."""
    if item.keyword not in arguments.KEYWORDS:
        shown = item.keyword or "an empty line after a continuation"
        yield InputError(f"{shown} is no instruction", hint=_nearest(item.keyword))
        return
    yield from _counts(item)
    yield from options.problems(item)
    special = _SPECIAL.get(item.keyword)
    if special is not None:
        yield from special(item)


def _nearest(keyword: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(keyword[:50], sorted(arguments.KEYWORDS), 1)
    return f"did you mean {near[0]}?" if near else "a Dockerfile's instructions are FROM, RUN, COPY …"


def _counts(item: Instruction) -> Iterator[InputError]:
    count = len(item.arguments)
    if item.keyword in _ONE and count != 1:
        yield InputError(f"{item.keyword} has no argument", hint=f"write {item.keyword} VALUE")
    elif item.keyword in _SOME and count == 0 and item.inner is None:
        yield InputError(f"{item.keyword} has no argument", hint="write at least one")
    elif item.keyword in {"COPY", "ADD"} and count < 2:
        yield InputError(
            f"{item.keyword} has {count or 'no'} argument{'s' if not count else ''}",
            hint=f"write {item.keyword} SOURCE DESTINATION",
        )


def _from(item: Instruction) -> Iterator[InputError]:
    words = item.arguments
    if len(words) == 3 and words[1].casefold() == "as":
        if _STAGE_NAME.fullmatch(words[2].lower()) is None:
            yield InputError(
                f"{words[2]!r} is no name for a stage",
                hint="it begins with a letter; letters, digits, dots, dashes and underscores follow",
            )
    elif len(words) != 1:
        yield InputError(
            f"FROM has {len(words) or 'no'} words", hint="write FROM IMAGE or FROM IMAGE AS NAME"
        )


def _pairs(item: Instruction) -> Iterator[InputError]:
    for key, _ in item.pairs:
        if not key:
            yield InputError(f"{item.keyword} has a value without a name", hint="write NAME=value")


def _run(item: Instruction) -> Iterator[InputError]:
    for text in item.values("mount"):
        try:
            mounts.origin(text)
        except InputError as error:
            yield InputError(f"--mount={text}: {error.message}", hint=error.hint)
    for text in item.values("device"):
        try:
            _device(text)
        except InputError as error:
            yield InputError(f"--device={text}: {error.message}", hint=error.hint)


def _device(text: str) -> None:
    name = ""
    for field in mounts.fields(text):
        key, sign, value = field.partition("=")
        if key.lower() == "required":
            if sign and value not in values.BOOLEANS:
                raise InputError(f"{field!r} is neither true nor false", hint="write true or false")
        elif key.lower() == "name" and sign:
            if name:
                raise InputError("the device is named twice", hint="keep one name")
            name = value
        elif name:
            raise InputError(f"{field!r} is no option of a device", hint="options are name and required")
        else:
            name = field


def _copied(item: Instruction) -> Iterator[InputError]:
    if len(item.arguments) >= 2 and heredocs.is_word(item.arguments[-1]):
        yield InputError(f"{item.keyword} cannot write to a here-document", hint="name a path at the end")


def _health(item: Instruction) -> Iterator[InputError]:
    if not item.arguments:
        return
    kind, *command = item.arguments
    if kind.upper() == "NONE":
        if command or item.form is Form.EXEC:
            yield from _nothing_after(command)
        return
    if kind.upper() != "CMD":
        yield InputError(f"HEALTHCHECK {kind} is unknown", hint="write HEALTHCHECK CMD … or HEALTHCHECK NONE")
    elif not command:
        yield InputError("HEALTHCHECK CMD has no command", hint="write one after CMD")
    for name in ("interval", "timeout", "start-period", "start-interval"):
        try:
            values.check_duration(item.flag(name) or "")
        except InputError as error:
            yield InputError(f"--{name}: {error.message}", hint=error.hint)
    retries = item.flag("retries")
    if retries:
        count = values.index(retries)
        if count is None or not 0 <= count < 1 << 31:
            yield InputError(f"--retries={retries} is no count", hint="write a whole number")


def _nothing_after(command: list[str]) -> Iterator[InputError]:
    if command:
        yield InputError("HEALTHCHECK NONE takes no arguments", hint="write it alone")


def _nested(item: Instruction) -> Iterator[InputError]:
    if item.inner is None:
        return
    if item.flags:
        return  # said by `options`
    if item.inner.keyword in {"ONBUILD", "FROM", "MAINTAINER"}:
        yield InputError(f"ONBUILD {item.inner.keyword} is not possible", hint="use another instruction")


def _volume(item: Instruction) -> Iterator[InputError]:
    if any(not path.strip() for path in item.arguments):
        yield InputError("VOLUME has an empty path", hint="write a path such as /data")


def _shell(item: Instruction) -> Iterator[InputError]:
    if item.arguments and item.form is not Form.EXEC:
        yield InputError("SHELL is no JSON list", hint='write SHELL ["/bin/bash", "-c"]')


_SPECIAL = {
    "ADD": _copied,
    "ARG": _pairs,
    "COPY": _copied,
    "ENV": _pairs,
    "FROM": _from,
    "HEALTHCHECK": _health,
    "LABEL": _pairs,
    "ONBUILD": _nested,
    "RUN": _run,
    "SHELL": _shell,
    "VOLUME": _volume,
}
