"""The chart: as the golden one, well-formed, legible without a measurement."""

from xml.etree import ElementTree as ET

from msgspec.structs import replace

import sources
from bareboat.compare.chart import chart
from comparisons import COMPARISON

GOLDEN = sources.ROOT / "tests" / "golden" / "compare" / "chart.svg"
SVG = "{http://www.w3.org/2000/svg}"


def texts(made: str) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(made).iter(f"{SVG}text")]  # noqa: S314 - our own


def test_it_is_the_golden_one() -> None:
    assert chart(COMPARISON) == GOLDEN.read_text()


def test_it_names_forms_figures_machine_and_bases() -> None:
    said = texts(chart(COMPARISON))
    assert said[0] == "The forms of stock & <room>, compared"
    assert {"single-full", "uv-sync", "native", "67.8", "4.9", "0.97"} <= set(said)
    assert said.count("not measured") == 2
    assert any("Some Processor, 2 cores, 8.0 GB" in one for one in said)
    assert any("python:3.13-slim-trixie 114 MB" in one for one in said)
    assert "The bases are stand-ins." in said
    assert "pip-venv failed: Dockerfile:18: RUN pip: no such wheel" in said


def test_bars_stay_in_the_picture_and_apart() -> None:
    root = ET.fromstring(chart(COMPARISON))  # noqa: S314 - our own
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    bars = [
        (float(one.get("x", 0)), float(one.get("y", 0)), float(one.get("width", 0)))
        for one in root.iter(f"{SVG}rect")
        if one.get("class") is None
    ]
    assert len(bars) == 18
    assert all(x > 0 and x + length < width and 0 < y < height for x, y, length in bars)
    assert len({(x, y) for x, y, _ in bars}) == len(bars)


def test_nothing_measured_is_a_picture_too() -> None:
    assert "compared" in texts(chart(replace(COMPARISON, rows=())))[0]


def test_a_value_of_zero_has_a_bar() -> None:
    rows = tuple(replace(row, source=0.0) for row in COMPARISON.rows)
    assert "0.0" in texts(chart(replace(COMPARISON, rows=rows)))
