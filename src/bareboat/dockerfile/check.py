"""What a build refuses in a file that can be parsed: the rest of `docker build --check`'s errors.

Everything is told at once, in the order of lines. What needs files, images or a network is not
looked at, nor are warnings: those are for a linter.
Spec: BuildKit, frontend/dockerfile/instructions/parse.go, dockerfile2llb/convert.go.
"""

from collections.abc import Iterator, Mapping

from bareboat.dockerfile import meaning, wellformed
from bareboat.dockerfile.arguments import KEYWORDS
from bareboat.dockerfile.syntax import File
from bareboat.errors import InputError

__all__ = ["check"]

_AFTER_FROM = KEYWORDS - {"ARG", "FROM"}


def check(
    file: File, *, where: str = "Dockerfile", arguments: Mapping[str, str] | None = None
) -> tuple[InputError, ...]:
    """Return every reason for which a build would refuse a file, by line; empty for a good one.

    `arguments` are those that the build is given. Variables, stages and values are looked at once
    each instruction is well-formed.
    """
    found = list(_instructions(file)) or list(meaning.problems(file, arguments or {}))
    return tuple(
        InputError(error.message, where=f"{where}:{line}" if line else where, hint=error.hint)
        for line, error in found
    )


def _instructions(file: File) -> Iterator[tuple[int, InputError]]:
    has_stage = False
    is_misplaced = False
    for item in file.instructions():
        for error in wellformed.problems(item):
            yield item.line, error
        has_stage = has_stage or item.keyword == "FROM"
        if not has_stage and not is_misplaced and item.keyword in _AFTER_FROM:
            is_misplaced = True
            yield (
                item.line,
                InputError(f"{item.keyword} stands before the first FROM", hint="only ARG may stand there"),
            )
    if not has_stage:
        yield 0, InputError("the file has no stage", hint="a Dockerfile needs a FROM")
