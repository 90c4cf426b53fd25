r"""A Dockerfile's value as its canonical text: the same bytes each time, and the value again when read.

One word a flag; ` \` and four spaces where a line goes on: where the layout of a shell's text says so,
between variables, and where a line would grow too long.
"""

import json
from collections.abc import Sequence

from bareboat.dockerfile.syntax import Blank, Comment, File, Flag, Form, Instruction, Item
from bareboat.errors import InputError

__all__ = ["render"]

WIDTH = 100
INDENT = "    "


def render(file: File) -> str:
    """Return the text of a file; it ends with a line end, and reading it gives the same value.

    Raises InputError for a value that no Dockerfile can say (a newline in a word, say).
    """
    heads = [f"# {directive.name}={directive.value}" for directive in file.directives]
    escape = file.escape
    return "".join(f"{line}\n" for line in [*heads, *(_item(item, escape) for item in file.items)])


def _item(item: Item, escape: str) -> str:
    if isinstance(item, Blank):
        return ""
    if isinstance(item, Comment):
        return f"# {item.text}" if item.text else "#"
    written = _instruction(item, escape)
    for heredoc in item.heredocs:
        written += f"\n{heredoc.body}{heredoc.delimiter}"
    return written


def _instruction(item: Instruction, escape: str) -> str:
    if item.inner is not None:
        flags = [_flag(flag, escape) for flag in item.flags]
        return " ".join([item.keyword, *flags, _instruction(item.inner, escape)])
    flags = [_flag(flag, escape) for flag in item.flags]
    parts, is_broken = _arguments(item, escape)
    if parts and parts[0].startswith("--"):
        flags.append("--")
    first = " ".join([item.keyword, *flags, *parts])
    if not is_broken and (len(first) <= WIDTH or len(flags) + len(parts) < 2):
        return first
    return f" {escape}\n{INDENT}".join(_rows(item, flags, parts))


def _rows(item: Instruction, flags: Sequence[str], parts: Sequence[str]) -> list[str]:
    """Return what stands on each line of an instruction that is broken up."""
    if item.keyword == "HEALTHCHECK" or not flags:
        head = " ".join([item.keyword, *flags])
        return [head, *parts] if flags or item.form is Form.WORDS else [f"{head} {parts[0]}", *parts[1:]]
    return [f"{item.keyword} {flags[0]}", *flags[1:], *parts]


def _arguments(item: Instruction, escape: str) -> tuple[list[str], bool]:
    """Return the arguments as parts that white space may part, and whether each begins a line."""
    if item.form is Form.EXEC:
        head = item.arguments[:1] if item.keyword == "HEALTHCHECK" else ()
        listed = json.dumps(list(item.arguments[len(head) :]), ensure_ascii=False)
        return [" ".join([*head, listed])], False
    if item.form is Form.SHELL:
        *_, text = item.arguments
        head = item.arguments[:-1]
        shown = _shell(item.lines, escape) if item.lines else text
        return [" ".join([*head, shown])], bool(item.lines) and bool(item.flags)
    return list(item.arguments), item.form is Form.PAIRS and len(item.arguments) > 1


def _shell(lines: Sequence[str], escape: str) -> str:
    """Return a shell's text on its lines; comments and blank lines inside carry no escape."""
    written = []
    for place, line in enumerate(lines):
        bare = line.lstrip()
        is_open = place < len(lines) - 1 and (place == 0 or (bare != "" and not bare.startswith("#")))
        written.append(line + escape if is_open else line)
    return "\n".join(written)


def _flag(flag: Flag, escape: str) -> str:
    """Return a flag as one word, in quotes where it holds white space, quotes or the escape character."""
    if flag.value is None:
        return f"--{flag.name}"
    try:
        # BuildKit reads a flag byte by byte: what it shows as Ã© was written é.
        value = flag.value.encode("latin-1").decode()
    except UnicodeError as error:
        raise InputError(
            f"--{flag.name}={flag.value} has letters that BuildKit cannot read in a flag",
            hint="flags are ASCII",
        ) from error
    if any(sign in " \t\v\f\r'\"" or sign == escape for sign in value):
        value = '"' + "".join(escape + sign if sign in {escape, '"'} else sign for sign in value) + '"'
    return f"--{flag.name}={value}"
