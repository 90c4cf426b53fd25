"""The gallery: every form of every example as a file, with what was measured of it.

    python tools/gallery.py [ARGUMENTS OF bareboat compare …]   measure all examples, then write all
    python tools/gallery.py --only flask …                      measure one, then write all
    python tools/gallery.py --only flask --row native …         measure one form of it, then write all
    python tools/gallery.py --texts                             write all from the figures that are there

The Dockerfiles are made of a copy of each example, with a uv.lock where nothing pins it. Figures lie
beside them as compare.json, and the pages are made of those: nothing of a page is written by hand. A
test compares the texts with what this makes.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from bareboat.cli import options
from bareboat.compare import chart, table
from bareboat.compare.result import NATIVE, Comparison, Row, document, read
from bareboat.dockerfile.render import render
from bareboat.forms import registry
from bareboat.jobs.candidates import NAMES, Candidates, candidates, copied

__all__ = ["EXAMPLES", "GALLERY", "files"]

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "docs" / "gallery"
EXAMPLES = {
    "fastapi": "FastAPI, uvicorn, SQLAlchemy, psycopg2 and Alembic; nothing pins it, so a `uv.lock` was made",
    "flask": "Flask and gunicorn, from hashed requirements",
    "django": "Django with WhiteNoise and static files, from a `poetry.lock`",
    "source": "Flask and a psycopg2 that is compiled; nothing pins it, so a `uv.lock` was made",
    "package": "a project that is installed as a wheel, with its own server; a `uv.lock` was made",
}
FIGURES, PICTURE, IGNORE = "compare.json", "chart.svg", "dockerignore.txt"
LATER = "Measured later, in a run of its own"
INTRODUCTION = """\
# Gallery

Every form that `bareboat dockerfile` can write, for each example: the file, what it costs, and when to
choose it. The texts are what the generator writes, and a test regenerates them; the figures come from
`bareboat compare` and stand beside them as JSON. `make gallery` makes all of it anew.
"""


def main(argv: Sequence[str]) -> int:
    """Measure what is asked for and write the gallery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", action="store_true", help="measure nothing")
    parser.add_argument("--print", action="store_true", help="measure nothing, print all files as JSON")
    parser.add_argument("--only", action="append", choices=list(EXAMPLES), help="measure this one alone")
    parser.add_argument("--row", action="append", choices=NAMES, help="measure this form, keep the others")
    wanted, passed = parser.parse_known_args(argv)
    for name in () if wanted.texts or wanted.print else wanted.only or EXAMPLES:
        measure(name, passed, wanted.row or ())
    made = files()
    if wanted.print:
        print(json.dumps(made))
        return 0
    for path in [path for path in GALLERY.rglob("*") if path.is_file() and path.name != FIGURES]:
        if path.relative_to(GALLERY).as_posix() not in made:
            path.unlink()
    for name, text in made.items():
        place = GALLERY / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    print(f"{len(made)} files in {GALLERY.relative_to(ROOT)}")
    return 0


def measure(name: str, passed: Sequence[str], forms: Sequence[str] = ()) -> None:
    """Compare the forms of an example and keep the figures; of some forms, beside those that are there."""
    folder = GALLERY / name
    folder.mkdir(parents=True, exist_ok=True)
    passed = [*passed, "--forms", ",".join(forms)] if forms else passed
    with tempfile.TemporaryDirectory(prefix="bareboat-gallery-") as scratch:
        project = example(name, Path(scratch))
        command = [sys.executable, "-m", "bareboat", "compare", str(project), "--json", *passed]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found = read(done.stdout, where=name)
    if forms:
        found = beside(read((folder / FIGURES).read_bytes(), where=name), found)
    (folder / FIGURES).write_text(json.dumps(document(found), indent=2) + "\n", encoding="utf-8")


def beside(there: Comparison, found: Comparison) -> Comparison:
    """Return a comparison with the rows of another one in their places, and a note of that."""
    rows = {row.form: row for row in (*there.rows, *found.rows)}
    note = f"{LATER}: {', '.join(row.form for row in found.rows)}"
    other = found.dependency
    if other.name and other != there.dependency:
        note += f" (the dependency there: {other.name} {other.before} to {other.after})"
    return replace(
        there,
        rows=tuple(rows[form] for form in NAMES if form in rows),
        tools=found.tools,
        notes=(*(one for one in there.notes if not one.startswith(LATER)), f"{note}."),
    )


def files() -> dict[str, str]:
    """Return every file of the gallery but the figures, by its path there."""
    made: dict[str, str] = {}
    measured: dict[str, Comparison] = {}
    for name in EXAMPLES:
        found = texts(name)
        figures = GALLERY / name / FIGURES
        comparison = read(figures.read_bytes(), where=str(figures)) if figures.is_file() else None
        if comparison is not None:
            measured[name] = comparison
            made[f"{name}/{PICTURE}"] = chart.chart(comparison)
        for form, held in found.made.items():
            made[f"{name}/{form}.Dockerfile"] = render(held.file)
            made[f"{name}/{IGNORE}"] = held.outputs[1].text
        made[f"{name}/README.md"] = page(name, found, comparison)
    made["README.md"] = index(measured)
    return made


def example(name: str, scratch: Path) -> Path:
    """Copy an example out of the repository: nothing of the commit reaches a label."""
    left_out = shutil.ignore_patterns(".venv", "__pycache__", "uv.lock", ".pytest_cache")
    return shutil.copytree(ROOT / "examples" / name, scratch / name, ignore=left_out)


def texts(name: str) -> Candidates:
    """Return the Dockerfiles of an example."""
    given = {"quiet": True, "verbose": False, "cache_dir": None, "jobs": None, "offline": False}
    with (
        tempfile.TemporaryDirectory(prefix="bareboat-gallery-") as scratch,
        options.context(given) as context,
    ):
        place = Path(scratch)
        copy = copied(example(name, place), {}, context, base="slim", target=place / "copy" / name)
        return candidates(copy.folder, {}, context, base="slim")


def page(name: str, found: Candidates, comparison: Comparison | None) -> str:
    """Return the page of an example."""
    parts = [f"# {name}", f"{EXAMPLES[name]}: [the example](../../../examples/{name})."]
    if comparison is not None:
        parts += [
            f"![sizes and times of each form]({PICTURE})",
            table.table(table.CONTENTS, table.rows(comparison, table.CONTENTS)),
            table.table(table.TIMES, table.rows(comparison, table.TIMES)),
        ]
        gaps = [(what, why) for what, why in table.problems(comparison) if "does not fit" not in why]
        parts += [table.table(("not measured", "why"), gaps)] if gaps else []
    for form in NAMES:
        if form in found.made or form == NATIVE:
            parts += section(form, comparison)
    parts += ["## What does not fit", table.table(("form", "why"), sorted(found.unfitting.items()))]
    parts += [f"The ignore file of all of them: [{IGNORE}]({IGNORE})."]
    if comparison is not None:
        parts += ["## How it was measured", "\n".join(f"- {line}" for line in table.described(comparison))]
        parts.append(f"The figures: [{FIGURES}]({FIGURES}).")
    return "\n\n".join(parts) + "\n"


def section(form: str, comparison: Comparison | None) -> list[str]:
    """Return what is said of one form."""
    row = next((one for one in comparison.rows if one.form == form), None) if comparison is not None else None
    if form == NATIVE:
        lines = ["## native", "`bareboat build`, without a Dockerfile."]
    else:
        held = registry.find(form)
        lines = [f"## {form}", f"{sentence(held.TITLE)} When: {held.WHEN}."]
    if row is not None:
        lines.append(figures(row))
    if form != NATIVE:
        lines.append(f"[{form}.Dockerfile]({form}.Dockerfile)")
    return lines


def sentence(text: str) -> str:
    """Return a title as a sentence; a command's name stays as it is written."""
    first = text.partition(" ")[0]
    return f"{text if first in {'uv', 'pip'} else text[:1].upper() + text[1:]}."


def figures(row: Row) -> str:
    """Return a form's figures in a line."""
    held = row.contents
    if held is None:
        return f"Not built: {row.failure}."
    said = [f"{held.uncompressed / 1e6:.0f} MB, {held.compressed / 1e6:.1f} MB compressed"]
    said += [
        f"{name} {value:.1f} s"
        for name, value in (
            ("cold", row.cold),
            ("source changed", row.source),
            ("dependency changed", row.dependency),
        )
        if value is not None
    ]
    return f"{'; '.join(said)}."


def index(measured: Mapping[str, Comparison]) -> str:
    """Return the first page: the examples, and their figures side by side."""
    parts = [INTRODUCTION.strip()]
    parts.append("\n".join(f"- [{name}]({name}/README.md): {what}" for name, what in EXAMPLES.items()))
    if "fastapi" in measured:
        parts += ["## The forms of fastapi, compared", f"![sizes and times](fastapi/{PICTURE})"]
    rows = {name: {row.form: row for row in one.rows} for name, one in measured.items()}
    for title, cell in (
        ("Compressed size, MB", compressed),
        ("Cold build, s", cold),
        ("First answer, s", answer),
    ):
        lines = [
            [form, *(cell(held.get(form)) for held in rows.values())]
            for form in NAMES
            if any(form in held for held in rows.values())
        ]
        if lines:
            parts += [f"## {title}", table.table(("form", *rows), lines)]
    notes = dict.fromkeys(note for one in measured.values() for note in one.notes if "uv.lock" not in note)
    parts += ["\n".join(f"- {note}" for note in notes)] if notes else []
    return "\n\n".join(parts) + "\n"


def compressed(row: Row | None) -> str:
    return "" if row is None or row.contents is None else f"{row.contents.compressed / 1e6:.1f}"


def cold(row: Row | None) -> str:
    return "" if row is None or row.cold is None else f"{row.cold:.1f}"


def answer(row: Row | None) -> str:
    return "" if row is None or row.healthy is None else f"{row.healthy:.2f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
