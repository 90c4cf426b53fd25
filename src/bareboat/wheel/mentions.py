"""Which modules the words of a source file name: imports made absolute, and what strings spell.

Words, not a syntax tree: a tree would depend on the version of the Python that bareboat runs on,
and so would what is decided from it. A word too many is found rather than one too few.
"""

import re
from collections.abc import Iterator

__all__ = ["means", "mentions"]

_IMPORT = re.compile(
    r"(?:^|[;:])[ \t]*(?:from[ \t]+(?P<source>\.*[ \t]*[\w.]*)[ \t]+import[ \t]*"
    r"(?P<names>\([^)]*\)|[^\n#;]*)|import[ \t]+(?P<modules>[^\n#;]*))",
    re.MULTILINE,
)
_WORD = re.compile(r"(?<=[\"'/.])tests(?=[\"'/.])|(?<![\w./])tests(?=[/.]\w)")
_AROUND = re.compile(r"[\w./]*$")


def mentions(source: str, package: str) -> Iterator[str]:
    """Yield dotted names with a part `tests`: what is imported, absolute, and what strings spell.

    A name from a string starts with `?`: it may be relative to anything.
    """
    for match in _IMPORT.finditer(source):
        if match["modules"] is not None:
            imported = [part.split(" as ")[0].strip() for part in match["modules"].split(",")]
        else:
            base = _absolute(match["source"].replace(" ", ""), package)
            names = (
                part.split()[:1] for part in re.sub(r"#[^\n]*", "", match["names"]).strip("()").split(",")
            )
            imported = [f"{base}.{name[0]}" for name in names if name]
        yield from (name for name in imported if "tests" in name.split("."))
    for match in _WORD.finditer(source):
        before = _AROUND.search(source, max(0, match.start() - 200), match.start())
        spelled = before[0].replace("/", ".").strip(".") if before else ""
        yield f"?{spelled}.tests" if spelled else "?tests"


def _absolute(source: str, package: str) -> str:
    dots = len(source) - len(source.lstrip("."))
    if not dots:
        return source
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - dots + 1], source.lstrip(".")]).strip(".")


def means(mention: str, folder: str, package: str) -> bool:
    """Say whether `mention`, made in a file of `package`, may mean the dotted `folder`."""
    if mention == "?tests":
        return folder == f"{package}.tests"
    if mention.startswith("?"):
        return f".{folder}".endswith(f".{mention[1:]}")
    return f"{mention}.".startswith(f"{folder}.")
