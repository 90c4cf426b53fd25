"""The tables: as the golden page, every problem named, nothing from outside is markup."""

from msgspec.structs import replace

import sources
from bareboat.compare import table
from comparisons import COMPARISON

GOLDEN = sources.ROOT / "tests" / "golden" / "compare"


def test_the_page_is_the_golden_one() -> None:
    assert table.markdown(COMPARISON, chart="chart.svg") == (GOLDEN / "page.md").read_text()


def test_rows_are_forms_that_were_built() -> None:
    rows = table.rows(COMPARISON, table.TIMES)
    assert [row[0] for row in rows] == ["single-full", "uv-sync", "uv-pip", "native"]
    assert rows[1] == ["uv-sync", "4.9 s", "0.5 s", "4.1 s", "10.0 kB", "25.7 MB", "0.97 s"]
    assert rows[2][3] == "-"


def test_every_gap_has_its_reason() -> None:
    assert list(table.problems(COMPARISON)) == [
        ("uv-pip, dependency and push dependency", "no | fits"),
        ("uv-pip, first answer", "ended before it answered"),
        ("pip-venv", "failed: Dockerfile:18: RUN pip: no such wheel"),
        ("poetry-export", "does not fit: there is no poetry.lock"),
    ]


def test_what_was_measured_is_described() -> None:
    said = table.described(COMPARISON)
    assert said[0] == "Built with docker 28.5, buildx 0.29.1; bareboat 0.1.0, uv 0.13.8; medians of 3 runs."
    assert "Bases: python:3.13-slim-trixie (113.7 MB); python:3.13-trixie (not there)." in said
    assert "The changed dependency is mako, 1.4.3 to 1.4.2." in said
    assert said[-1] == "The bases are stand-ins."
    assert "one run" in table.described(replace(COMPARISON, repeat=1))[0]


def test_cells_are_no_markup() -> None:
    assert table.table(("a",), [["x|<b>\ny"]]).splitlines()[2] == "| x\\|&lt;b> y |"
