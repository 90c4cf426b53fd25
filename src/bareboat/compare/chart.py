"""A comparison as an SVG of our own: a block of bars each for size, build times and start, side by side.

A form stands on one line through all blocks. Made without a date and in one order, so that the same
figures give the same bytes. Texts from outside are escaped.
"""

import textwrap
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from msgspec import Struct

from bareboat.compare.result import NATIVE, Comparison, Row

__all__ = ["chart"]

_LEFT, _BLOCK, _GAP, _VALUE = 128, 164, 20, 66
_LINE, _BAR, _TOP = 26, 16, 84
_FOOT, _WRAP = 18, 150
_COLOURS = {"native": "#0b7285", "form": "#4c6ef5", "baseline": "#868e96"}
_STYLE = (
    "text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#212529}"
    ".title{font-size:16px;font-weight:600}.head{font-weight:600}.small{font-size:11px;fill:#495057}"
    ".own{font-weight:600}.page{fill:#ffffff}.track{fill:#f1f3f5}"
)


class _Block(Struct, frozen=True):
    title: str
    unit: str
    value: Callable[[Row], float | None]
    digits: int


_BLOCKS = (
    _Block("compressed image", "MB", lambda row: row.contents.compressed / 1e6 if row.contents else None, 1),
    _Block("cold build", "s", lambda row: row.cold, 1),
    _Block("source changed", "s", lambda row: row.source, 1),
    _Block("dependency changed", "s", lambda row: row.dependency, 1),
    _Block("first answer", "s", lambda row: row.healthy, 2),
)


def chart(comparison: Comparison) -> str:
    """Return the picture; forms that failed are named below it with their reasons."""
    rows = [row for row in comparison.rows if row.contents is not None]
    width = _LEFT + len(_BLOCKS) * (_BLOCK + _GAP)
    lines = [_text(16, 26, f"The forms of {comparison.project}, compared", kind="title")]
    lines.append(f'<text x="16" y="46" class="small">{_legend()}</text>')
    for number, block in enumerate(_BLOCKS):
        x = _LEFT + number * (_BLOCK + _GAP)
        lines.append(_text(x, _TOP - 12, f"{block.title}, {block.unit}", kind="head"))
        lines += _bars(x, block, rows)
    for number, row in enumerate(rows):
        middle = _TOP + number * _LINE + 12
        lines.append(_text(_LEFT - 10, middle, row.form, kind="own" if row.form == NATIVE else "", end=True))
    y = _TOP + len(rows) * _LINE + 14
    for note in _notes(comparison):
        for part in textwrap.wrap(note, _WRAP) or [""]:
            lines.append(_text(16, y, part, kind="small"))
            y += _FOOT
    height = y + 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(comparison.project)}: sizes and times by form">\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect class="page" width="{width}" height="{height}"/>\n' + "\n".join(lines) + "\n</svg>\n"
    )


def _bars(x: int, block: _Block, rows: Sequence[Row]) -> list[str]:
    """Return the bars of a block, the longest as wide as leaves room for its number."""
    values = [block.value(row) for row in rows]
    longest = max((value for value in values if value is not None), default=0.0) or 1.0
    room = _BLOCK - _VALUE + 14
    lines = []
    for number, (row, value) in enumerate(zip(rows, values, strict=True)):
        y = _TOP + number * _LINE
        lines.append(f'<rect class="track" x="{x}" y="{y}" width="{room}" height="{_BAR}"/>')
        if value is None:
            lines.append(_text(x + 4, y + 12, "not measured", kind="small"))
            continue
        length = max(1.0, room * value / longest)
        colour = _COLOURS[_kind(row)]
        lines.append(f'<rect x="{x}" y="{y}" width="{length:.1f}" height="{_BAR}" fill="{colour}"/>')
        lines.append(_text(x + room + 6, y + 12, f"{value:.{block.digits}f}"))
    return lines


def _kind(row: Row) -> str:
    if row.form == NATIVE:
        return "native"
    return "baseline" if row.is_baseline else "form"


def _legend() -> str:
    named = (("native", "bareboat's own image"), ("form", "multi-stage"), ("baseline", "one stage, baseline"))
    marks = [f'<tspan fill="{_COLOURS[kind]}">\N{BLACK SQUARE}</tspan> {words}' for kind, words in named]
    return " \N{EM SPACE} ".join(marks) + " \N{EM SPACE} shorter is better; each block has a scale of its own"


def _notes(comparison: Comparison) -> list[str]:
    machine = comparison.machine
    memory = f"{machine.memory / 1e9:.1f} GB"
    tools = ", ".join(f"{name} {version}" for name, version in comparison.tools.items())
    bases = ", ".join(
        f"{one.name} {one.size / 1e6:.0f} MB" if one.size is not None else one.name
        for one in comparison.bases
    )
    changed = comparison.dependency
    notes = [
        f"{machine.processor}, {machine.cores} cores, {memory}, {machine.system}, Linux {machine.kernel}",
        f"{comparison.engine}; {tools}; runs: {comparison.repeat}",
        f"bases: {bases}",
        f"compressed: {comparison.compressor}",
    ]
    if changed.name:
        notes.append(f"dependency: {changed.name} {changed.before} to {changed.after}")
    notes += comparison.notes
    notes += [f"{row.form} failed: {row.failure}" for row in comparison.rows if row.failure]
    return notes


def _text(x: float, y: float, words: str, *, kind: str = "", end: bool = False) -> str:
    given = f' class="{kind}"' if kind else ""
    given += ' text-anchor="end"' if end else ""
    return f'<text x="{x:g}" y="{y:g}"{given}>{escape(words)}</text>'
