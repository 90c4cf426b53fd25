"""`.dockerignore`: what never belongs into a build context, written or added to what the user has.

A pattern holds from the context's root: what may lie anywhere begins with `**/`. The user's lines
stay as they are and stand last where they take something back; what is missing is added below
them, under a heading.
"""

from bareboat.dockerfile.ignore import Ignore
from bareboat.plan.blueprint import Blueprint
from bareboat.project.files import BUILT_IN

__all__ = ["HEADING", "merged", "patterns"]

HEADING = "# Added by bareboat: what no image takes"
_ALWAYS = ("Dockerfile*", "Containerfile*", ".dockerignore", "compose*.yaml", "env.example")
_KEPT = {"locks", "containers"}


def patterns(blueprint: Blueprint) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the patterns by what they are about."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for reason, names in BUILT_IN:
        if reason in _KEPT:
            continue
        held = [name for name in names if not (name == ".git" and blueprint.asks_git)]
        found.append((reason, tuple(f"**/{name}" for name in held)))
    found.append(("containers", _ALWAYS))
    entries = {name.rstrip("/") for name in (*blueprint.entries, *blueprint.sources)}
    own = tuple(
        blueprint.path(one) for one in blueprint.excluded if one.lstrip("!/").partition("/")[0] in entries
    )
    return (*found, *((("the exclude setting", own),) if own else ()))


def merged(blueprint: Blueprint, existing: str = "") -> str:
    """Return the file's text: the user's own, then what it does not leave out yet."""
    has = Ignore.parse(existing)
    there = {pattern.text for pattern in has.patterns if not pattern.takes_back}
    taken_back = {pattern.text for pattern in has.patterns if pattern.takes_back}
    lines: list[str] = []
    for reason, names in patterns(blueprint):
        missing = [name for name in names if not _is_there(name, there) and name not in taken_back]
        if missing:
            lines += ["", f"# {reason}", *missing]
    if not lines:
        return existing
    if not existing.strip():
        return "\n".join(lines[1:]) + "\n"
    # Lines of the user's that take something back must come after those that leave it out.
    again = [f"!{text}" for text in _undone(has, lines)]
    before = existing if existing.endswith("\n") else existing + "\n"
    tail = ["", "# As above", *again] if again else []
    return before + "\n".join(["", HEADING, *lines[1:], *tail]) + "\n"


def _is_there(name: str, there: set[str]) -> bool:
    return name in there or f"{name}/" in there or f"{name}/**" in there


def _undone(has: Ignore, lines: list[str]) -> list[str]:
    """Return the patterns that the user takes back and that `lines` would leave out again."""
    added = Ignore.parse("\n".join(line for line in lines if not line.startswith("#")))
    found = [pattern.text for pattern in has.patterns if pattern.takes_back]
    return [text for text in found if added.excludes(text)]
