r"""A Dockerfile's value as its canonical text: the same bytes each time, and the value again when read.

One word a flag; ` \` and four spaces where a line goes on: where the layout of a shell's text says so,
between variables, and where a line would grow too long.
"""

import json
from collections.abc import Sequence

from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.syntax import Blank, Comment, File, Flag, Form, Instruction, Item
from bareboat.errors import InputError

__all__ = ["render"]

WIDTH = 100
INDENT = "    "


def render(file: File) -> str:
    """Return the text of a file; it ends with a line end, and reading it gives the same value.

    Raises InputError for a value that no Dockerfile can say: a newline in a word, a comment at the head that
    would be a directive, a shell's text that ends in the escape character.
    """
    heads = [f"# {directive.name}={directive.value}" for directive in file.directives]
    escape = file.escape
    text = "".join(f"{line}\n" for line in [*heads, *(_item(item, escape) for item in file.items)])
    _prove(file, text)
    return text


def _prove(file: File, text: str) -> None:
    """Refuse a text that does not read as the value that it was made from."""
    hint = "a Dockerfile has no way to write it"
    try:
        read = parse(text.encode(), where="text").file
    except UnicodeEncodeError as error:
        raise InputError("the file holds letters that UTF-8 has not", hint=hint) from error
    except InputError as error:
        raise InputError(f"the file cannot be written: {error}", hint=hint) from error
    if read == file:
        return
    pairs = zip([*file.directives, *file.items], [*read.directives, *read.items], strict=False)
    wrong = next((made for made, found in pairs if made != found), None)
    raise InputError(f"{_name(wrong)} cannot be written so that it reads the same", hint=hint)


def _name(item: object) -> str:
    if isinstance(item, Instruction):
        return f"{item.keyword} {' '.join(item.arguments)}"[:80]
    return "a comment or directive"


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
    flags = [_flag(flag, escape) for flag in item.flags]
    if item.inner is not None:
        return " ".join([item.keyword, *flags, _instruction(item.inner, escape)])
    parts, is_broken = _arguments(item, escape)
    if parts and parts[0].startswith("--"):
        flags.append("--")
    first = " ".join([item.keyword, *flags, *parts])
    if not is_broken and (len(first) <= WIDTH or len(flags) + len(parts) < 2):
        return first
    return f" {escape}\n{INDENT}".join(_rows(item, flags, parts))


def _rows(item: Instruction, flags: Sequence[str], parts: Sequence[str]) -> list[str]:
    """Return what stands on each line of an instruction that is broken up."""
    if item.keyword == "HEALTHCHECK":
        rows = [" ".join([item.keyword, *flags]), *parts]
    else:
        first, *others = [*flags, *parts]
        rows = [f"{item.keyword} {first}", *others]
    joined: list[str] = []
    for row in rows:
        if joined and row.startswith("#"):
            joined[-1] += f" {row}"  # on a line of its own it would be a comment
        else:
            joined.append(row)
    return joined


def _arguments(item: Instruction, escape: str) -> tuple[list[str], bool]:
    """Return the arguments as parts that white space may part, and whether each begins a line."""
    if item.form is Form.EXEC:
        head = item.arguments[:1] if item.keyword == "HEALTHCHECK" else ()
        listed = json.dumps(list(item.arguments[len(head) :]), ensure_ascii=False)
        return [" ".join([*head, listed])], False
    if item.form is Form.SHELL and item.arguments:
        head = item.arguments[:-1]
        is_laid_out = len(item.lines) > 1 and _joined(item.lines) == item.arguments[-1]
        shown = _shell(item.lines, escape) if is_laid_out else item.arguments[-1]
        return [" ".join([*head, shown])], is_laid_out and bool(item.flags)
    return list(item.arguments), item.form is Form.PAIRS and len(item.arguments) > 1


def _is_comment(place: int, line: str) -> bool:
    return place > 0 and line.lstrip().startswith("#")


def _joined(lines: Sequence[str]) -> str:
    return "".join(line for place, line in enumerate(lines) if not _is_comment(place, line))


def _shell(lines: Sequence[str], escape: str) -> str:
    """Return a shell's text on its lines; comments between them carry no escape."""
    last = len(lines) - 1
    return "\n".join(
        line if place == last or _is_comment(place, line) else line + escape
        for place, line in enumerate(lines)
    )


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
    if any(sign in _SPECIAL or sign == escape for sign in flag.value):
        value = '"' + "".join(escape + sign if sign in {escape, '"'} else sign for sign in value) + '"'
    return f"--{flag.name}={value}"


_SPECIAL = frozenset(" \t\v\f\r'\"\x85\xa0")
