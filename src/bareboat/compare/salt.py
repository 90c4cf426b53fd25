"""A Dockerfile made recognisable, so that its builds share nothing with others and can be forgotten alone.

A mark goes to where builders tell their cache records apart and to nothing that an image holds but
its history: the names of stages, the ids of cache mounts, a shell comment at the end of each RUN.
So every command runs in the first build whatever the user's cache holds, the caches of pip, uv,
Poetry and apt begin empty, and what the builds leave behind bears the mark in its description.

BuildKit knows WORKDIR and COPY again by what they do, whatever the stage is called: two builds that
begin alike share these records, and the one that other records stand on cannot be removed. So for
BuildKit a stage that begins with them begins with a COPY of files that bear the mark in their names:
there are none, and all that stands on it is this comparison's own. A file of one stage gets an empty
one before it, for descriptions name stages only where there are several.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bareboat.dockerfile.syntax import File, Flag, Form, Instruction, Item

__all__ = ["salted"]

_LAYERS = {"RUN", "COPY", "ADD", "WORKDIR"}  # what a record of its own comes from


def salted(file: File, mark: str, *, has_buildkit: bool = False) -> File:
    """Return the file with `mark`, letters and digits, in every stage, cache and command.

    With BuildKit each stage on an image is apart from its first layer on; in the others, a COPY of
    nothing is an error, and the records of a stage go with the last one.
    """
    stages = {
        item.arguments[2].lower()
        for item in file.instructions()
        if item.keyword == "FROM" and len(item.arguments) == 3
    }
    items: Iterable[Item] = file.items
    if has_buildkit:
        items = _apart(_several(file.items, mark), mark, stages)
    return replace(file, items=tuple(_marked(item, mark, stages) for item in items))


def _several(items: Sequence[Item], mark: str) -> Iterator[Item]:
    """Yield the items, an empty stage before an only one: BuildKit names none that is alone."""
    starts = [item for item in items if isinstance(item, Instruction) and item.keyword == "FROM"]
    for item in items:
        if len(starts) == 1 and item is starts[0]:
            yield Instruction("FROM", arguments=("scratch", "AS", f"none-{mark}"))
            named = item.arguments if len(item.arguments) == 3 else (item.arguments[0], "AS", f"only-{mark}")
            yield replace(item, arguments=named)
        else:
            yield item


def _apart(items: Iterable[Item], mark: str, stages: set[str]) -> Iterator[Item]:
    """Yield the items with a COPY of nothing where the first layer of a stage would be shared."""
    on_image = False
    for item in items:
        if isinstance(item, Instruction):
            if item.keyword == "FROM":
                on_image = item.arguments[0].lower() not in stages
            elif item.keyword in _LAYERS and on_image:
                if not _takes_comment(item):
                    yield Instruction("COPY", arguments=(f"{mark}*", "/"))
                on_image = False
        yield item


def _takes_comment(item: Instruction) -> bool:
    return item.keyword == "RUN" and item.form is Form.SHELL and not item.heredocs


def _marked(item: Item, mark: str, stages: set[str]) -> Item:
    if not isinstance(item, Instruction):
        return item
    flags = tuple(_flag(flag, mark, stages) for flag in item.flags)
    arguments, lines = item.arguments, item.lines
    if item.keyword == "FROM":
        image, *rest = arguments
        named = (rest[0], _stage(rest[1], mark, stages)) if rest else ()
        arguments = (_stage(image, mark, stages), *named)
    elif _takes_comment(item):
        arguments = (f"{arguments[0]} # {mark}",)
        lines = (*lines[:-1], f"{lines[-1]} # {mark}") if lines else ()
    return replace(item, flags=flags, arguments=arguments, lines=lines)


def _flag(flag: Flag, mark: str, stages: set[str]) -> Flag:
    value = flag.value or ""
    if flag.name == "from":
        return replace(flag, value=_stage(value, mark, stages))
    if flag.name != "mount":
        return flag
    fields = [part.partition("=") for part in value.split(",")]
    given = {key: held for key, _, held in fields}
    if given.get("type") == "cache":
        identity = given.get("id") or given.get("target", "")
        fields = [one for one in fields if one[0] != "id"]
        fields.append(("id", "=", f"{mark}-{identity.strip('/').replace('/', '-')}"))
    joined = [
        f"{key}{sign}{_stage(held, mark, stages) if key == 'from' else held}" for key, sign, held in fields
    ]
    return replace(flag, value=",".join(joined))


def _stage(name: str, mark: str, stages: set[str]) -> str:
    return f"{name}-{mark}" if name.lower() in stages else name
