"""A start command as others wrote it, made into what an image without a shell can run.

A shell's line is taken apart: assignments become variables, `cd` a folder, what comes before the last
command a step before it. Prefixes that are not needed in the image (`exec`, `poetry run`, `tini --`)
go. What cannot hold (pipes, variables that only a shell would replace) is the `problem`.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from bareboat.project.line import PORT, Line, Surroundings
from bareboat.project.shellstate import below
from bareboat.project.wrappers import unwrapped

__all__ = ["PORT", "Line", "Surroundings", "read"]

_DEEPEST = 4
_SHELLS = frozenset({"ash", "bash", "dash", "sh", "zsh"})


def read(
    given: str | Sequence[str], around: Surroundings, *, more: Sequence[str] = (), depth: int = 0
) -> Line:
    """Return the line; `given` is a shell's text, or words that no shell has seen.

    `more` are the arguments that a script gets as `$@`.
    """
    if depth > _DEEPEST:
        return Line(problem="it calls itself")
    if not isinstance(given, str):
        words = tuple(word.replace("${PORT}", PORT).replace("$PORT", PORT) for word in given)
        return _words(words, Line(), around, more, depth)
    from bareboat.project import shellway  # most projects have no line to take apart

    return shellway.read(
        given, around, more, lambda words, line, known, rest: _words(words, line, known, rest, depth)
    )


def _words(words: tuple[str, ...], line: Line, around: Surroundings, more: Sequence[str], depth: int) -> Line:
    """Return a line of words without their prefixes, gone into where a shell or a script is called."""
    held = unwrapped(words, around.aliases)
    if held.problem:
        return Line(problem=held.problem)
    line = replace(line, env=(*line.env, *held.env), notes=(*line.notes, *held.notes))
    if held.text is not None:
        return _inside(read(held.text, around, more=more, depth=depth + 1), line)
    if not held.words:
        return Line(problem="it starts nothing")
    program = held.words[0].rpartition("/")[2]
    if program in _SHELLS:
        return _shell(held.words[1:], line, around, depth)
    script = around.script(held.words[0])
    if script is not None and not program.endswith(".py"):
        return _inside(read(_text(script), around, more=held.words[1:], depth=depth + 1), line)
    return replace(line, words=held.words)


def _shell(words: Sequence[str], line: Line, around: Surroundings, depth: int) -> Line:
    """Return what `sh -c TEXT` or `sh SCRIPT` comes to."""
    for number, word in enumerate(words):
        if (
            word.startswith("-")
            and not word.startswith("--")
            and word.endswith("c")
            and len(words) > number + 1
        ):
            rest = words[number + 3 :]
            return _inside(read(words[number + 1], around, more=rest, depth=depth + 1), line)
        if not word.startswith("-"):
            text = around.script(word)
            if text is None:
                return Line(problem=f"the script {word} is not in the project")
            rest = words[number + 1 :]
            return _inside(read(_text(text), around, more=rest, depth=depth + 1), line)
    return Line(problem="it starts a shell, which the image has not")


def _text(script: str) -> str:
    """Return a shell script without its first line, where that names the shell."""
    first, _, rest = script.replace("\r\n", "\n").partition("\n")
    return rest if first.startswith("#!") else script.replace("\r\n", "\n")


def _inside(inner: Line, line: Line) -> Line:
    if inner.problem:
        return inner
    return Line(
        inner.words,
        (*line.env, *inner.env),
        below(line.folder, inner.folder) if inner.folder else line.folder,
        (*line.before, *inner.before),
        (*line.notes, *inner.notes),
    )
