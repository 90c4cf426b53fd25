"""A comparison as tables: rows of texts for a terminal, a page of Markdown.

Numbers are those of the comparison, rounded for reading. A cell that could not be filled has a sign
and its reason stands below the tables.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bareboat.compare.result import Comparison, Contents, Row

__all__ = ["CONTENTS", "TIMES", "described", "markdown", "problems", "rows", "table"]

CONTENTS = ("form", "size", "compressed", "layers", "packages", "shell", "user")
TIMES = ("form", "cold", "source", "dependency", "push source", "push dependency", "first answer")
_ABSENT = "-"
_FIELDS = {
    "source": "source",
    "pushed_source": "push source",
    "dependency": "dependency",
    "pushed_dependency": "push dependency",
    "healthy": "first answer",
}


def rows(comparison: Comparison, columns: Sequence[str]) -> list[list[str]]:
    """Return a line a form that was built, in the comparison's order, without the head."""
    built = [(row, row.contents) for row in comparison.rows if row.contents is not None]
    return [[_CELLS[column](row, held) for column in columns] for row, held in built]


def problems(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Yield what is missing and why: forms that failed, cells, forms that do not fit."""
    for row in comparison.rows:
        if row.failure:
            yield row.form, f"failed: {row.failure}"
        grouped: dict[str, list[str]] = {}
        for name, why in row.missing.items():
            grouped.setdefault(why, []).append(_FIELDS.get(name, name))
        for why, names in grouped.items():
            yield f"{row.form}, {' and '.join(names)}", why
    for form, why in comparison.unfitting.items():
        yield form, f"does not fit: {why}"


def described(comparison: Comparison) -> list[str]:
    """Return in sentences what was measured, on what and how."""
    machine, changed = comparison.machine, comparison.dependency
    memory = f"{machine.memory / 1e9:.1f} GB"
    tools = ", ".join(f"{name} {version}" for name, version in comparison.tools.items())
    runs = "one run" if comparison.repeat == 1 else f"medians of {comparison.repeat} runs"
    lines = [
        f"Built with {comparison.engine}; {tools}; {runs}.",
        f"On {machine.processor}, {machine.cores} cores, {memory}, {machine.system}, Linux {machine.kernel}.",
        "Bases: " + "; ".join(_base(one.name, one.size) for one in comparison.bases) + ".",
        f"Compressed sizes are those of {comparison.compressor}.",
    ]
    if changed.name:
        lines.append(f"The changed dependency is {changed.name}, {changed.before} to {changed.after}.")
    if comparison.source:
        lines.append(f"The changed source is {comparison.source}.")
    lines += [f"{name.capitalize()}: {meaning}." for name, meaning in comparison.meaning.items()]
    return [*lines, *comparison.notes]


def markdown(comparison: Comparison, *, chart: str = "") -> str:
    """Return the comparison as a page; `chart` is the path of its picture, if there is one."""
    parts = [f"# The forms of {comparison.project}, compared"]
    if chart:
        parts.append(f"![sizes and times of each form]({chart})")
    for title, columns in (("Images", CONTENTS), ("Times and pushes", TIMES)):
        parts += [f"## {title}", table(columns, rows(comparison, columns))]
    found = list(problems(comparison))
    if found:
        parts += ["## Not measured", table(("what", "why"), found)]
    parts += ["## How", "\n".join(f"- {_escaped(line)}" for line in described(comparison))]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    rule = ["---", *["---"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(map(_escaped, line))} |" for line in (head, rule, *lines))


_CELLS: Mapping[str, Callable[[Row, Contents], str]] = {
    "form": lambda row, _: row.form,
    "size": lambda _, held: _megabytes(held.uncompressed),
    "compressed": lambda _, held: _megabytes(held.compressed),
    "layers": lambda _, held: str(held.layers),
    "packages": lambda _, held: f"{held.packages} ({held.system} + {held.python})",
    "shell": lambda _, held: held.shells[0] if held.shells else "none",
    "user": lambda _, held: held.user,
    "cold": lambda row, _: _seconds(row.cold),
    "source": lambda row, _: _seconds(row.source),
    "dependency": lambda row, _: _seconds(row.dependency),
    "push source": lambda row, _: _megabytes(row.pushed_source),
    "push dependency": lambda row, _: _megabytes(row.pushed_dependency),
    "first answer": lambda row, _: _seconds(row.healthy, digits=2),
}


def _seconds(value: float | None, *, digits: int = 1) -> str:
    return _ABSENT if value is None else f"{value:.{digits}f} s"


def _megabytes(value: int | None) -> str:
    if value is None:
        return _ABSENT
    return f"{value / 1e6:.1f} MB" if value >= 1e5 else f"{value / 1e3:.1f} kB"


def _base(name: str, size: int | None) -> str:
    return f"{name} ({_megabytes(size)})" if size is not None else f"{name} (not there)"


def _escaped(text: str) -> str:
    """Return a text that stays in its cell and is no markup."""
    flat = " ".join(text.split())
    return flat.replace("|", "\\|").replace("<", "&lt;")
