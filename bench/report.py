"""The figures as a Markdown page with a picture."""

from pathlib import Path
from typing import Any

import svg

__all__ = ["render", "write"]

OURS, BEST, PLAIN, CLASSIC = "bareboat", "uv Dockerfile", "uv Dockerfile, no bytecode", "pip Dockerfile"
LOADED = "bareboat --load"
ROWS = (
    ("cold", "cold, no lock of the base"),
    ("cold, locked", "cold, with `bareboat.lock`"),
    ("dependency", "one dependency changed"),
    ("source", "source changed"),
)
SHARES = ("all processors", "half a processor")
ABSENT = "-"
BUILD = """## Time to build

Wall seconds; in brackets processor seconds of all processes. The base of a Dockerfile is local and not
built here, so its cold build is set against both of ours; bareboat assembles its base in every cold build."""
MEMORY = """## Peak memory

All processes at once, shared pages counted once; for Dockerfiles the growth of the daemon with its
build containers."""
ORDER = (OURS, LOADED, BEST, PLAIN, CLASSIC)


def write(figures: dict[str, Any], folder: Path) -> None:
    """Write benchmark.md and benchmark.svg into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmark.md").write_text(render(figures))
    (folder / "benchmark.svg").write_text(picture(figures))


def render(figures: dict[str, Any]) -> str:
    """Return the page."""
    peers = [name for name in ORDER if name in figures["costs"]]
    started = [name for name in peers if name != OURS]
    costs, failures = figures["costs"], figures["failures"]
    parts = [
        "# Benchmark",
        opening(figures),
        "![wall times](benchmark.svg)",
        machine(figures),
        BUILD,
        table(
            ["", *peers], [[label, *(seconds(figures, peer, name) for peer in peers)] for name, label in ROWS]
        ),
        MEMORY,
        table(
            ["MB", *peers],
            [
                [label, *(megabytes(costs[peer].get(name), "memory") for peer in peers)]
                for name, label in ROWS
            ],
        ),
        "## Images",
        table(["MB", *peers], weights(figures, peers)),
        "## From `docker run` to the first answer\n\nSeconds; read-only root, no capabilities.",
        table(
            ["", *started],
            [[share, *(started_in(figures, peer, share) for peer in started)] for share in SHARES],
        ),
        start_up(figures),
        "## Against what was asked for",
        table(["what", "asked", "measured", ""], claims(figures)),
        *(f"`{name}` could not be measured: `{why.splitlines()[-1]}`" for name, why in failures.items()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def opening(figures: dict[str, Any]) -> str:
    changed = figures["dependency"]
    return (
        "Made by `make bench`; do not edit. `examples/fastapi` (FastAPI, uvicorn[standard], SQLAlchemy, "
        "psycopg2, Alembic) built by each tool in one run, in alternation, each cold build with every cache "
        f"empty. Medians of {figures['repeat']}. The changed dependency is {changed['name']} "
        f"{changed['before']} → {changed['after']}."
    )


def weights(figures: dict[str, Any], peers: list[str]) -> list[list[str]]:
    images, pushed = figures["images"], figures["pushed"]
    return [
        ["uncompressed", *(megabytes(images.get(peer), "uncompressed") for peer in peers)],
        ["compressed", *(megabytes(images.get(peer), "compressed") for peer in peers)],
        ["to push after the dependency", *(megabytes(pushed.get(peer), "dependency") for peer in peers)],
        ["to push after the source", *(megabytes(pushed.get(peer), "source") for peer in peers)],
        ["layers", *(str((images.get(peer) or {}).get("layers", ABSENT)) for peer in peers)],
    ]


def machine(figures: dict[str, Any]) -> str:
    facts = figures["machine"]
    base = figures["base"]
    return (
        f"{facts['processor']}, {facts['cores']} cores, {facts['memory']}, {facts['system']}, "
        f"Linux {facts['kernel']}, Docker {facts['Docker']}, buildx {facts['buildx']}, uv {facts['uv']}, "
        f"Python {facts['Python']}, bareboat at {facts['commit']}; "
        f"load before the run {facts['load']}. The base of the Dockerfiles is a stand-in "
        f"for `{base['name']}`, made from Debian {base['suite']} with mmdebstrap and local before the run: "
        f"{base['bytes'] / 1e6:.0f} MB uncompressed."
    )


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *(["---:"] * (len(head) - 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def seconds(figures: dict[str, Any], peer: str, scenario: str) -> str:
    cost = figures["costs"][peer].get(scenario)
    if cost is None:
        return ABSENT
    against = wall(figures, BEST, scenario)
    ratio = f", {cost['wall'] / against:.2f}x" if against and peer in {OURS, LOADED} else ""
    return f"{cost['wall']:.2f} ({cost['cpu']:.2f}){ratio}"


def wall(figures: dict[str, Any], peer: str, scenario: str) -> float | None:
    """Return a peer's wall time; a Dockerfile's locked cold build is its cold build."""
    costs = figures["costs"].get(peer) or {}
    cost = costs.get(scenario) or (costs.get("cold") if scenario == "cold, locked" else None)
    return float(cost["wall"]) if cost else None


def megabytes(values: dict[str, float] | None, key: str) -> str:
    if not values or key not in values:
        return ABSENT
    size = values[key] / 1e6
    return f"{size:.1f}" if size >= 1 else f"{size:.3f}"


def started_in(figures: dict[str, Any], peer: str, share: str) -> str:
    value = (figures["starts"].get(peer) or {}).get(share)
    return ABSENT if value is None else f"{value:.2f}"


def start_up(figures: dict[str, Any]) -> str:
    ours, bare = figures["help"]["bareboat"], figures["help"]["python"]
    if ours is None:
        return ""
    return (
        f"`bareboat --help` takes {ours * 1000:.0f} ms, the bare interpreter {bare * 1000:.0f} ms: "
        f"{(ours - bare) * 1000:.0f} ms over it."
    )


def claims(figures: dict[str, Any]) -> list[list[str]]:
    """Return a row for each figure that the project promises."""
    rows = []

    def claim(what: str, most: float, got: float | None, unit: str) -> None:
        word = "not measured" if got is None else "kept" if got <= most else "MISSED"
        rows.append([what, f"≤ {most:g}{unit}", ABSENT if got is None else f"{got:.3g}{unit}", word])

    for scenario, most, label in (
        ("cold, locked", 1.0, "cold with `bareboat.lock`, against the uv Dockerfile"),
        ("cold", 1.5, "cold without it"),
        ("dependency", 0.2, "one dependency changed"),
        ("source", 1.0, "source changed"),
    ):
        claim(label, most, ratio(wall(figures, OURS, scenario), wall(figures, BEST, scenario)), "x")
    push = {name: figures["pushed"].get(name, {}).get("dependency") for name in (OURS, BEST)}
    claim("bytes to push after the dependency", 1 / 50, ratio(push[OURS], push[BEST]), "x")
    for share in SHARES:
        starts = {name: (figures["starts"].get(name) or {}).get(share) for name in (LOADED, PLAIN, BEST)}
        claim(f"first answer, {share}, against no bytecode", 0.5, ratio(starts[LOADED], starts[PLAIN]), "x")
        claim(
            f"first answer, {share}, against the uv Dockerfile", 1.0, ratio(starts[LOADED], starts[BEST]), "x"
        )
    size = figures["images"].get(OURS) or {}
    claim("image, uncompressed", 108, scaled(size.get("uncompressed"), 1e-6), " MB")
    claim("image, compressed", 37, scaled(size.get("compressed"), 1e-6), " MB")
    memory = [cost["memory"] for cost in (figures["costs"].get(OURS) or {}).values()]
    claim("peak memory", 300, scaled(max(memory), 1e-6) if memory else None, " MB")
    ours, bare = figures["help"]["bareboat"], figures["help"]["python"]
    claim(
        "`bareboat --help` over the interpreter", 150, None if ours is None else (ours - bare) * 1000, " ms"
    )
    return rows


def ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def picture(figures: dict[str, Any]) -> str:
    """Return the wall times as bars, a group a scenario."""
    groups = []
    for scenario, label in ROWS:
        bars = [
            svg.Bar(peer, seconds)
            for peer in (OURS, LOADED, BEST, CLASSIC)
            if peer in figures["costs"] and (seconds := wall(figures, peer, scenario)) is not None
        ]
        groups.append(svg.Group(label.replace("`", ""), tuple(bars)))
    return svg.render("Seconds to build examples/fastapi", tuple(group for group in groups if group.bars))
