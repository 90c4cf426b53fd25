"""A small bar chart as SVG: groups of horizontal bars, readable on light and dark pages."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

__all__ = ["Bar", "Group", "render"]

WIDTH, LEFT, RIGHT = 760, 150, 70
BAR, GAP, HEAD = 18, 6, 30
COLOURS = {
    "bareboat": "#0b7285",
    "bareboat --load": "#3bc9db",
    "uv Dockerfile": "#e8590c",
    "pip Dockerfile": "#868e96",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A named value."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Group:
    """Bars on a scale of their own, under a title."""

    title: str
    bars: tuple[Bar, ...]


def render(title: str, groups: tuple[Group, ...]) -> str:
    """Return the chart; the longest bar of each group spans it."""
    lines, y = [], HEAD + 16
    for group in groups:
        lines.append(text(0, y, group.title, weight="bold"))
        y += 10
        longest = max(bar.value for bar in group.bars) or 1.0
        for bar in group.bars:
            length = (WIDTH - LEFT - RIGHT) * bar.value / longest
            colour = COLOURS.get(bar.name, "#868e96")
            lines.append(text(LEFT - 8, y + 13, bar.name, anchor="end"))
            lines.append(
                f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2" fill="{colour}"/>'
            )
            lines.append(text(LEFT + length + 6, y + 13, f"{bar.value:.2f} s"))
            y += BAR + GAP
        y += HEAD - GAP
    style = "text{font:13px system-ui,sans-serif;fill:#212529}"
    style += "@media(prefers-color-scheme:dark){text{fill:#e9ecef}}"
    body = "\n".join([text(0, 16, title, weight="bold"), *lines])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" '
        f'aria-label="{escape(title)}">\n<style>{style}</style>\n{body}\n</svg>\n'
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
