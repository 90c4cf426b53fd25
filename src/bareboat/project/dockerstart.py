"""What an existing Dockerfile starts: ENTRYPOINT and CMD of its last stage, with the variables there.

A file that bareboat wrote says nothing that was not decided here. Spec: Dockerfile reference,
"Understand how CMD and ENTRYPOINT interact".
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.dockerfile.expand import expand
from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.stages import Stage, Stages
from bareboat.dockerfile.stages import read as read_stages
from bareboat.dockerfile.syntax import Form, Instruction
from bareboat.errors import InputError
from bareboat.project.fact import Fact
from bareboat.project.place import is_place
from bareboat.project.texts import DOCKERFILES, Texts

__all__ = ["Stated", "read"]

_OWN = "# Written by `bareboat dockerfile`"
_INTERPRETERS = (["python"], ["python3"])


class Stated(Struct, frozen=True):
    """A command: `given` a shell's text or words, `more` what a script gets as its arguments.

    `copies` are sources of COPY by the place they go to, `folder` is WORKDIR, `entry` the words that
    come before any other command. `given` is empty where nothing is started. `exposed` are the ports of
    EXPOSE, `volumes` the absolute paths of VOLUME.
    """

    path: str
    given: str | tuple[str, ...]
    text: str
    where: str
    more: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    entry: tuple[str, ...] = ()
    exposed: tuple[Fact[int], ...] = ()
    volumes: tuple[Fact[str], ...] = ()


def read(texts: Texts, other: str = "", inside: str = "") -> Stated | None:
    """Return what the Dockerfile starts, None where there is none or it cannot be read.

    `other` is the file that a compose file builds from, used where no usual name is there; `inside`
    the project's folder below the one that it is built from.
    """
    path = next((name for name in DOCKERFILES if texts.has(name)), other)
    text = texts.read(path) if path else ""
    if not text or text.startswith(_OWN) or f"\n{_OWN}" in text:
        return None
    try:
        stages = read_stages(parse(text.encode(), where=path).file, where=path)
    except InputError:
        return None
    found = _stated(stages, path) if stages.stages else None
    if found is None or not inside:
        return found
    below = {to: posixpath.relpath(source, inside) for to, source in found.copies.items()}
    return replace(found, copies={to: source for to, source in below.items() if not source.startswith("..")})


def _stated(stages: Stages, path: str) -> Stated:
    chain = _chain(stages)
    items = [item for stage in chain for item in stage.instructions]
    variables = {**stages.globals}
    kept: set[str] = set()
    copies: dict[str, str] = {}
    folder = ""
    entry: Instruction | None = None
    command: Instruction | None = None
    for item in items:
        if item.keyword in {"ENV", "ARG"}:
            for name, value in item.pairs:
                variables[name] = _expanded(value or variables.get(name, ""), variables)
                kept |= {name} if item.keyword == "ENV" else set()
        elif item.keyword == "WORKDIR" and item.arguments:
            folder = _expanded(item.arguments[0], variables).rstrip("/")
        elif item.keyword in {"COPY", "ADD"} and item.flag("from") is None:
            copies |= _copied(item, folder)
        elif item.keyword == "ENTRYPOINT":
            entry, command = item, None
        elif item.keyword == "CMD":
            command = item
    # what ARG says alone is gone when the command runs
    told = {key: value for key, value in variables.items() if value and key in kept}
    return replace(
        _joined(path, entry, command, told, copies, folder),
        exposed=tuple(
            Fact(int(number), where)
            for word, where in _words(items, "EXPOSE", variables, path)
            if (number := word.partition("/")[0]).isdecimal() and 0 < int(number) < 65536
        ),
        volumes=tuple(Fact(w, where) for w, where in _words(items, "VOLUME", variables, path) if is_place(w)),
    )


def _words(
    items: Sequence[Instruction], keyword: str, variables: Mapping[str, str], path: str
) -> Iterator[tuple[str, str]]:
    """Yield each word of the instructions of one kind, and where it stands."""
    for item in items:
        for word in item.arguments if item.keyword == keyword else ():
            yield _expanded(word, variables).rstrip("/"), f"{path}:{item.line}"


def _chain(stages: Stages) -> list[Stage]:
    """Return the last stage behind those that it stands on."""
    found = [stages.target()]
    while found[0].base is not None:
        found.insert(0, stages.stages[found[0].base])
    return found


def _expanded(text: str, variables: Mapping[str, str]) -> str:
    try:
        return expand(text, variables).text
    except InputError:
        return text


def _copied(item: Instruction, folder: str) -> dict[str, str]:
    if item.heredocs or len(item.arguments) < 2:
        return {}
    *sources, dest = item.arguments
    place = dest if dest.startswith("/") else f"{folder}/{dest.removeprefix('./')}"
    if len(sources) == 1 and not place.endswith(("/", "/.")):
        return {place: sources[0]}
    top = place.rstrip("/.")
    found = {f"{top}/{source.rpartition('/')[2]}": source for source in sources}
    # a file is put below, of a folder what is in it
    return {f"{top}/": sources[0], **found} if len(sources) == 1 else found


def _joined(  # noqa: PLR0913, PLR0917 - what the last stage ends with
    path: str,
    entry: Instruction | None,
    command: Instruction | None,
    variables: Mapping[str, str],
    copies: Mapping[str, str],
    folder: str,
) -> Stated:
    first, last = _given(entry), _given(command)
    if entry is None or not first:
        item, given = command, last
        if given in {("python",), ("python3",), ("bash",), ("sh",)}:
            given = ""
    else:
        item = entry
        # a shell's ENTRYPOINT takes no arguments
        given = first if isinstance(first, str) else (*first, *_arguments(last))
    text = given if isinstance(given, str) else " ".join(given)
    line = item.line if item is not None else 1
    words = first if isinstance(first, tuple) else ()
    return Stated(path, given, text, f"{path}:{line}", (), variables, copies, folder, words)


def _given(item: Instruction | None) -> str | tuple[str, ...]:
    if item is None or not item.arguments:
        return ""
    return item.arguments[-1] if item.form is Form.SHELL else tuple(item.arguments)


def _arguments(given: str | Sequence[str]) -> tuple[str, ...]:
    """Return CMD as ENTRYPOINT in exec form gets it."""
    if isinstance(given, str):
        return ("/bin/sh", "-c", given) if given else ()
    return tuple(given)
