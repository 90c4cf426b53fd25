"""A start command as others wrote it, made into what an image without a shell can run.

A shell's line is taken apart: assignments become variables, `cd` a folder, what comes before the last
command a step before it. Prefixes that are not needed in the image (`exec`, `poetry run`, `tini --`)
go. What cannot hold (pipes, variables that only a shell would replace) is the `problem`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.errors import InputError
from bareboat.project.wrappers import unwrapped

if TYPE_CHECKING:
    from bareboat.dockerfile.shell import Command

__all__ = ["PORT", "Line", "Surroundings", "read"]

PORT = "{port}"
"""Stands where a line has `$PORT`: whoever uses the line puts the port there."""

_DEEPEST = 4
_SHELLS = frozenset({"ash", "bash", "dash", "sh", "zsh"})
_QUIET = frozenset({"set", "source", ".", "ulimit", "umask", "trap", "true", ":", "shopt", "unset", "export"})
_DROPPED = frozenset({
    "chmod", "chown", "cp", "curl", "echo", "ln", "ls", "mkdir", "nc", "printf", "pwd", "read", "rm", "sleep",
    "test", "touch", "until", "wait", "wget", "[", "[[", "cat", "id", "date", "env", "printenv", "exit",
})  # fmt: skip
_NAME = re.compile(r"[A-Za-z_]\w*")

Script = Callable[[str], str | None]
"""Returns the text of a script of the project by its path as a command names it, None for none."""


class Surroundings(Struct, frozen=True):
    """What a line may count on: variables with their values, and scripts of the project."""

    variables: Mapping[str, str] = field(default_factory=dict)
    script: Script = lambda _: None
    aliases: Mapping[str, str] = field(default_factory=dict)


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
    from bareboat.dockerfile import shell  # most projects have no line to take apart

    try:
        commands = shell.split(given)
    except InputError as error:
        return Line(problem=f"it is no shell's line: {error.message}")
    return _list(commands, around, more, depth)


def _list(commands: "Sequence[Command]", around: Surroundings, more: Sequence[str], depth: int) -> Line:
    """Return what the commands of a shell's text come to: the last one, behind those before it."""
    line = Line()
    whole = [one for one in commands if one.depth == 0]
    held = [one for one in commands if one.depth == 0 or not any(_is_inside(one, other) for other in whole)]
    for number, command in enumerate(held):
        if command.operator in {"|", "&"} or (command.depth == 0 and command.operator == "||"):
            return Line(problem=f"it needs a shell for {command.operator!r}")
        is_last = number == len(held) - 1
        if command.depth > 0:
            if is_last:
                return Line(problem="its last command stands in a loop or a condition")
            line = _noted(line, command.name)
            continue
        if any(one.operator not in {">&", "<&"} for one in command.redirections):
            line = replace(line, notes=(*line.notes, "its redirections are left out"))
        line = _command(command, line, around, more, depth, is_last=is_last)
        if line.problem:
            return line
    return line if line.words else Line(problem="it starts nothing")


def _is_inside(inner: "Command", outer: "Command") -> bool:
    """Return whether a command is a substitution in a word of another."""
    return outer.start <= inner.start and inner.end <= outer.end


def _noted(line: Line, name: str) -> Line:
    said = f"`{name}` in a shell's construct is left out"
    return line if not name or said in line.notes else replace(line, notes=(*line.notes, said))


def _command(  # noqa: PLR0913 - a step of `_list`
    command: "Command",
    line: Line,
    around: Surroundings,
    more: Sequence[str],
    depth: int,
    *,
    is_last: bool,
) -> Line:
    """Return the line with one more simple command taken in."""
    known = Surroundings({**around.variables, **dict(line.env)}, around.script, around.aliases)
    pairs, _, _ = _expanded([word.text for word in command.assignments], known, ())
    words, dropped, unknown = _expanded([word.text for word in command.words], known, more)
    name = words[0] if words else ""
    given = pairs if name != "export" else words[1:]
    held = {key: value for key, sign, value in (word.partition("=") for word in given) if sign}
    line = replace(line, env=tuple({**dict(line.env), **held}.items()))
    if name == "cd" and len(words) > 1:
        return replace(line, folder=_below(line.folder, words[1]))
    if name in _QUIET or not (name or unknown):
        return line
    if name in _DROPPED and not (name == "env" and is_last):
        return replace(line, notes=(*line.notes, f"`{name}` is left out"))
    if unknown:
        return Line(problem=f"it needs a shell to replace {unknown}")
    notes = (f"`{one}` is left out: no shell replaces it" for one in dropped)
    line = replace(line, notes=(*line.notes, *notes))
    if is_last or name == "exec":
        return _words(words, line, known, more, depth)
    step = _words(words, Line(), known, more, depth)
    return replace(line, before=(*line.before, step.words)) if step.words else _noted(line, name)


def _below(folder: str, name: str) -> str:
    parts = [
        part
        for part in (folder + "/" + name if not name.startswith("/") else name).split("/")
        if part not in {"", "."}
    ]
    while ".." in parts:
        at = parts.index("..")
        parts[max(at - 1, 0) : at + 1] = []
    return ("/" if name.startswith("/") else "") + "/".join(parts)


def _expanded(
    texts: Sequence[str], around: Surroundings, more: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the words with variables replaced, what was left out for want of a value, and what cannot be.

    An option whose value is not known goes with its value; any other word cannot be done without.
    """
    words: list[str] = []
    dropped: list[str] = []
    unknown = ""
    for text in texts:
        if text in {'"$@"', "$@", "${@}", '"${@}"', "$*"}:
            words += more
            continue
        word = _expanded_word(text, around.variables)
        if word is not None:
            words += [word] if word or text in {"''", '""'} else []
        elif words and words[-1].startswith("-") and "=" not in words[-1] and not text.startswith("-"):
            dropped.append(f"{words.pop()} {text}")
        else:
            dropped.append(text)
            is_assignment = _NAME.fullmatch(text.partition("=")[0]) is not None and "=" in text
            unknown = unknown or ("" if is_assignment or text.startswith("-") else text)
    return tuple(words), tuple(dropped), unknown


def _expanded_word(text: str, variables: Mapping[str, str]) -> str | None:
    """Return a word as a shell would hand it on, None where a value is not known."""
    if "$(" in text or "`" in text:
        return None
    from bareboat.dockerfile.expand import expand

    try:
        done = expand(text, {"PORT": PORT, **variables})
    except InputError:
        return None
    is_known = (done.text or not done.missing) and not _is_missing(text, done.missing)
    return done.text if is_known else None


def _is_missing(text: str, missing: frozenset[str]) -> bool:
    """Return whether a variable without a value stands plainly in a word, without a default."""
    return any(re.search(rf"\$(?:{name}\b|\{{{name}\}})", text) for name in missing if _NAME.fullmatch(name))


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
        _below(line.folder, inner.folder) if inner.folder else line.folder,
        (*line.before, *inner.before),
        (*line.notes, *inner.notes),
    )
