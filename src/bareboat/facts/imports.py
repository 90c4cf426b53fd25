"""Which modules import which, read off the text: what an application reaches of its dependencies.

Every import counts, also one inside a function and one by its name in a string, for what is
missed here may fail at run time. Names are not looked up: `reached` follows those that exist.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from bareboat.tree.content import Content

__all__ = ["named", "reached", "read"]

_MAX_SOURCE = 8 << 20
_STATEMENT = re.compile(
    rb"[ \t]*(?:from[ \t]+(?P<base>[.\w]+)[ \t]+import[ \t]*(?P<names>\([^)]*\)|(?:[^\n#;\\]|\\\r?\n)+)"
    rb"|import[ \t]+(?P<plain>(?:[^\n#;\\]|\\\r?\n)+))"
)
_IMPORT = b"import"
_CALLED = re.compile(rb"""(?:import_module|__import__)\(\s*["'](?P<name>[.\w]+)["']""")
_STRING = re.compile(rb"""["'](?P<name>[A-Za-z_]\w*(?:\.\w+)+)(?::[\w.]+)?["']""")
_COMMENT = re.compile(rb"#[^\n]*")


def read(sources: Iterable[tuple[str, str, Content]]) -> dict[str, tuple[str, ...]]:
    """Return for each module what it may import: absolute dotted names, sorted.

    Each source is a path, a module's name, and the text.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path, module, content in sources:
        if content.size <= _MAX_SOURCE:
            text = b"".join(content.chunks())
            is_package = path.endswith("/__init__.py")
            found[module] = tuple(sorted(set(_imported(text, module, is_package=is_package))))
    return found


def named(text: bytes) -> tuple[str, ...]:
    """Return the dotted names that stand in a text as strings: `"django.contrib.gis"`."""
    return tuple(sorted({match["name"].decode() for match in _STRING.finditer(text)}))


def _imported(text: bytes, module: str, *, is_package: bool) -> Iterator[str]:
    for match in _statements(text):
        if match["plain"] is not None:
            for name in _names(match["plain"]):
                yield name
            continue
        base = _absolute(match["base"].decode(errors="replace"), module, is_package=is_package)
        if base:
            yield base
        for name in _names(match["names"].strip(b"()")):
            yield f"{base}.{name}" if base else name
    is_called = b"import_module(" in text or b"__import__(" in text
    for match in _CALLED.finditer(text) if is_called else ():
        yield _absolute(match["name"].decode(errors="replace"), module, is_package=is_package)
    yield from named(text)


def _statements(text: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the import statements: lines with the word are found first, which is far quicker than lines."""
    at = text.find(_IMPORT)
    while at >= 0:
        match = _STATEMENT.match(text, text.rfind(b"\n", 0, at) + 1)
        if match is not None and match.end() > at:
            yield match
            at = match.end()
        else:
            at += len(_IMPORT)
        at = text.find(_IMPORT, at)


def _names(listed: bytes) -> Iterator[str]:
    for part in _COMMENT.sub(b"", listed).replace(b"\\", b" ").split(b","):
        words = part.split()
        if words:
            yield words[0].decode(errors="replace")


def _absolute(name: str, module: str, *, is_package: bool) -> str:
    level = len(name) - len(name.lstrip("."))
    if not level:
        return name
    up = level - 1 if is_package else level
    parts = module.split(".")
    kept = parts[: len(parts) - up] if up else parts
    return ".".join([*kept, *filter(None, [name[level:]])])


def reached(roots: Collection[str], imports: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return the modules that importing `roots` may import, with the packages that they are in."""
    waiting = list(roots)
    found: set[str] = set()
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        while name and name not in seen:  # what has been seen has its packages behind it
            seen.add(name)
            more = imports.get(name)
            if more is not None:
                found.add(name)
                waiting.extend(more)
            name = name.rpartition(".")[0]
    return frozenset(found)
