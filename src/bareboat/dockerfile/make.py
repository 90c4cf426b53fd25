"""Small constructors for those who write Dockerfiles: plain values in, instructions out.

Values of `env`, `arg` and `label` are quoted as needed; `$NAME` in them is expanded by the builder unless it
went through `literal`. `run` joins its commands with `&&`, one a line.
"""

import re
from collections.abc import Iterable, Mapping

from bareboat.dockerfile.syntax import (
    Blank,
    Comment,
    Directive,
    File,
    Flag,
    Form,
    Heredoc,
    Instruction,
    Item,
)
from bareboat.errors import InputError

__all__ = [
    "add",
    "arg",
    "bind_mount",
    "blank",
    "cache_mount",
    "cmd",
    "comment",
    "copy",
    "directive",
    "entrypoint",
    "env",
    "expose",
    "file",
    "frm",
    "healthcheck",
    "label",
    "literal",
    "onbuild",
    "quoted",
    "run",
    "script",
    "secret_mount",
    "shell",
    "stopsignal",
    "user",
    "volume",
    "workdir",
]

INDENT = "    "
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=${}~-]*")


def quoted(value: str) -> str:
    """Return a value of ENV, ARG or LABEL in double quotes where it needs them; `$NAME` stays a variable.

    An escape of a dollar sign (see `literal`) stays one.
    """
    if "\n" in value or "\r" in value:
        raise InputError(f"value {value!r} has a line end", hint="a Dockerfile's value stands on one line")
    if _PLAIN.fullmatch(value) and value:
        return value
    escaped = re.sub(r'\\(?!\$)|"', lambda sign: "\\" + sign[0], value)
    return f'"{escaped}"'


def literal(value: str) -> str:
    r"""Return a value in which `$` is a dollar sign and no variable."""
    return value.replace("$", "\\$")


def frm(image: str, stage: str = "", platform: str = "") -> Instruction:
    """Return FROM; `image` may be the name of an earlier stage."""
    words = (image, "AS", stage) if stage else (image,)
    return Instruction("FROM", _flags(platform=platform), words)


def run(*commands: str, mounts: Iterable[Flag] = (), network: str = "") -> Instruction:
    """Return RUN of shell commands joined by `&&`, one a line."""
    if not commands:
        raise InputError("RUN needs a command")
    stripped = [command.strip() for command in commands]
    lines = [(INDENT if place else "") + command for place, command in enumerate(stripped)]
    lines = [line + " && " for line in lines[:-1]] + lines[-1:]
    return Instruction(
        "RUN",
        (*mounts, *_flags(network=network)),
        ("".join(lines),),
        Form.SHELL,
        lines=tuple(lines) if len(lines) > 1 else (),
    )


def script(
    body: str, *, mounts: Iterable[Flag] = (), delimiter: str = "EOF", expand: bool = False
) -> Instruction:
    """Return RUN of a here-document; `body`'s lines go to the shell as they are unless `expand`."""
    whole = body if body.endswith("\n") or not body else body + "\n"
    word = f"<<{delimiter}" if expand else f"<<'{delimiter}'"
    return Instruction("RUN", tuple(mounts), (word,), Form.SHELL, (Heredoc(delimiter, whole, expand=expand),))


def cache_mount(target: str, *, id: str = "", sharing: str = "", uid: str = "") -> Flag:  # noqa: A002 the option's name
    """Return `--mount=type=cache,…`."""
    return _mount("cache", target=target, id=id, sharing=sharing, uid=uid)


def bind_mount(target: str, *, source: str = "", from_: str = "", is_writable: bool = False) -> Flag:
    """Return `--mount=type=bind,…`, of the build context unless `from_` names a stage."""
    return _mount("bind", **{"from": from_}, source=source, target=target, rw="true" if is_writable else "")


def secret_mount(id: str, *, target: str = "", env: str = "") -> Flag:  # noqa: A002 the option's name
    """Return `--mount=type=secret,…`, given as a file or as an environment variable."""
    return _mount("secret", id=id, target=target, env=env)


def copy(
    *sources: str,
    dest: str,
    from_: str = "",
    chown: str = "",
    chmod: str = "",
    link: bool = False,
) -> Instruction:
    """Return COPY; as a JSON list where a path holds white space."""
    flags = _flags(**{"from": from_}, chown=chown, chmod=chmod)
    return Instruction("COPY", (*flags, *_switch("link", link)), (*sources, dest), _paths((*sources, dest)))


def add(*sources: str, dest: str, chown: str = "", checksum: str = "", link: bool = False) -> Instruction:
    """Return ADD; as a JSON list where a path holds white space."""
    flags = _flags(chown=chown, checksum=checksum)
    return Instruction("ADD", (*flags, *_switch("link", link)), (*sources, dest), _paths((*sources, dest)))


def env(variables: Mapping[str, str]) -> Instruction:
    """Return ENV of one or more variables in their order."""
    return _assigned("ENV", variables)


def label(labels: Mapping[str, str]) -> Instruction:
    """Return LABEL of one or more labels in their order."""
    return _assigned("LABEL", labels)


def arg(name: str, default: str | None = None) -> Instruction:
    """Return ARG, with a default unless it is None."""
    return Instruction("ARG", (), (name if default is None else f"{name}={quoted(default)}",), Form.PAIRS)


def workdir(path: str) -> Instruction:
    """Return WORKDIR."""
    return Instruction("WORKDIR", (), (path,), Form.TEXT)


def user(name: str | int) -> Instruction:
    """Return USER, by name or number, with `:group` where given."""
    return Instruction("USER", (), (str(name),), Form.TEXT)


def stopsignal(signal: str) -> Instruction:
    """Return STOPSIGNAL."""
    return Instruction("STOPSIGNAL", (), (signal,), Form.TEXT)


def expose(*ports: str | int) -> Instruction:
    """Return EXPOSE."""
    return Instruction("EXPOSE", (), tuple(str(port) for port in ports), Form.WORDS)


def volume(*paths: str) -> Instruction:
    """Return VOLUME."""
    return Instruction("VOLUME", (), paths, _paths(paths))


def cmd(*argv: str) -> Instruction:
    """Return CMD in exec form."""
    return Instruction("CMD", (), argv, Form.EXEC)


def entrypoint(*argv: str) -> Instruction:
    """Return ENTRYPOINT in exec form."""
    return Instruction("ENTRYPOINT", (), argv, Form.EXEC)


def shell(*argv: str) -> Instruction:
    """Return SHELL."""
    return Instruction("SHELL", (), argv, Form.EXEC)


def healthcheck(
    *argv: str, interval: str = "", timeout: str = "", start_period: str = "", retries: int | None = None
) -> Instruction:
    """Return HEALTHCHECK in exec form, NONE without a command; times as Docker writes them (`30s`)."""
    if not argv:
        return Instruction("HEALTHCHECK", (), ("NONE",), Form.WORDS)
    tries = "" if retries is None else str(retries)
    flags = _flags(**{"start-period": start_period}, interval=interval, timeout=timeout, retries=tries)
    order = ("interval", "timeout", "start-period", "retries")
    flags = tuple(sorted(flags, key=lambda flag: order.index(flag.name)))
    return Instruction("HEALTHCHECK", flags, ("CMD", *argv), Form.EXEC)


def onbuild(inner: Instruction) -> Instruction:
    """Return ONBUILD of another instruction."""
    return Instruction("ONBUILD", (), (), Form.NESTED, inner.heredocs, inner)


def comment(text: str) -> Comment:
    """Return one line of comment."""
    return Comment(text.rstrip())


def blank() -> Blank:
    """Return an empty line."""
    return Blank()


def directive(name: str, value: str) -> Directive:
    """Return a parser directive: syntax, escape or check."""
    return Directive(name, value)


def file(*items: Item, directives: Iterable[Directive] = ()) -> File:
    """Return a file with one blank line after its directives and between its stages, never two.

    Comments right above a FROM go with it.
    """
    heads = tuple(directives)
    placed: list[Item] = []
    for item in items:
        if isinstance(item, Instruction) and item.keyword == "FROM":
            _part(placed)
        if isinstance(item, Blank) and (not placed or isinstance(placed[-1], Blank)):
            continue
        placed.append(item)
    while placed and isinstance(placed[-1], Blank):
        placed.pop()
    return File(heads, (Blank(), *placed) if heads and placed else tuple(placed))


def _part(placed: list[Item]) -> None:
    """Set a stage off from what stands above it."""
    place = len(placed)
    while place and isinstance(placed[place - 1], Comment):
        place -= 1
    if place and not isinstance(placed[place - 1], Blank):
        placed.insert(place, Blank())


def _assigned(keyword: str, values: Mapping[str, str]) -> Instruction:
    if not values:
        raise InputError(f"{keyword} needs a value")
    words = (f"{key if keyword == 'ENV' else quoted(key)}={quoted(value)}" for key, value in values.items())
    return Instruction(keyword, (), tuple(words), Form.PAIRS)


def _flags(**given: str) -> tuple[Flag, ...]:
    return tuple(Flag(name, value) for name, value in given.items() if value)


def _switch(name: str, is_on: bool) -> tuple[Flag, ...]:  # noqa: FBT001 one of two words
    return (Flag(name),) if is_on else ()


def _mount(kind: str, **options: str) -> Flag:
    fields = [f"type={kind}", *(f"{name}={value}" for name, value in options.items() if value)]
    # Fields are comma-separated values: one with a comma or a quote is quoted as a whole.
    return Flag("mount", ",".join(_field(field) for field in fields))


def _field(field: str) -> str:
    if "," in field or '"' in field:
        return '"' + field.replace('"', '""') + '"'
    return field


def _paths(paths: tuple[str, ...]) -> Form:
    plain = all(path and not re.search(r"\s", path) for path in paths) and not paths[0].startswith("[")
    return Form.WORDS if plain else Form.EXEC
