"""What the documents say is so: generated pages, command lines, settings, files, links."""

import itertools
import json
import re
import runpy
import shlex
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click
import jsonschema
import pytest

from bareboat.cli.main import cli
from bareboat.compare import result
from bareboat.plan import encode, settings
from sources import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
GUIDES = [page for page in PAGES if page.parent.name == "guide"]
AGAIN = "differs from what the code says: run `make docs` and commit the result"
ROOTS = (ROOT, ROOT / "src" / "bareboat", ROOT / "docs")
COMMAND = re.compile(r"(?:\$ |- (?:run: )?)?(?:[A-Z_]+=(?:\$\([^)]*\)|\S*) )*bareboat (.*)")
END = frozenset("|&;>")
NAMED = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of a document and the line that it begins at."""

    page: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{shown(self.page)}:{self.line}"


def shown(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Quote]:
    """Yield the indented and the fenced blocks, cut at empty lines."""
    held: list[str] = []
    fenced = False
    for number, line in enumerate([*page.read_text("utf-8").splitlines(), ""], 1):
        is_fence = line.lstrip().startswith("```")
        if (fenced or line.startswith("    ")) and line.strip() and not is_fence:
            held.append(line if fenced else line[4:])
            continue
        if held:
            yield Quote(page, number - len(held), "\n".join(held))
            held = []
        fenced = fenced != is_fence


def command_lines() -> Iterator[Quote]:
    """Yield what follows `bareboat` in each line of a block, and in each quote, that begins with it."""
    for page in PAGES:
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
            spans = [line.strip()] if line.startswith("    ") else re.findall(r"`([^`]+)`", line)
            found = (match[1] for span in spans if (match := COMMAND.match(span)) is not None)
            yield from (
                Quote(page, number, text) for text in found if not {"…", "[OPTIONS]"} & set(text.split())
            )


def parse(text: str) -> click.Command:
    """Return the command that `text` calls, after its own parser has taken the arguments."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars="".join(END))
    lexer.whitespace_split = True
    words = list(itertools.takewhile(lambda word: not set(word) <= END, lexer))
    command: click.Command = cli
    name = "bareboat"
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        found = command.get_command(click.Context(command), name)
        if found is None:
            raise click.UsageError(f"no command {name!r}")
        command = found
    if words:  # else a text that names the command
        with suppress(click.exceptions.Exit):  # of --help and --version
            command.make_context(name, words)
    return command


@pytest.mark.parametrize(
    ("page", "tool"), [("docs/cli.md", "cli_reference"), ("docs/settings.md", "settings_reference")]
)
def test_the_references_are_what_the_code_says(page: str, tool: str) -> None:
    made = runpy.run_path(str(ROOT / "tools" / f"{tool}.py"))["text"]()
    assert (ROOT / page).read_text("utf-8") == made, f"{page} {AGAIN}"


@pytest.mark.parametrize("name", ["settings", "plan", "compare"])
def test_the_schemas_are_what_the_code_says(name: str) -> None:
    page = f"docs/schema/{name}.json"
    schema = {"settings": settings, "plan": encode, "compare": result}[name].schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (ROOT / page).read_text("utf-8") == json.dumps(schema, indent=2) + "\n", f"{page} {AGAIN}"


def test_every_command_line_parses() -> None:
    quotes = list(command_lines())
    assert len(quotes) > 50
    wrong = []
    for quote in quotes:
        try:
            parse(quote.text)
        except (click.ClickException, ValueError) as error:
            wrong.append(f"{quote}: bareboat {quote.text}: {error}")
    assert not wrong, "\n".join(wrong)


def test_every_command_has_a_line_in_the_guides() -> None:
    called = {parse(quote.text).name for quote in command_lines() if quote.page in GUIDES}
    assert called >= {"build", "info", "prune", "verify", "doctor", "lock", "plan", "run"}


def test_every_table_of_settings_is_accepted() -> None:
    tables = [quote for page in PAGES for quote in blocks(page) if "[tool.bareboat]" in quote.text]
    assert len(tables) > 8
    for quote in tables:
        settings.from_table(tomllib.loads(quote.text)["tool"]["bareboat"], where=str(quote))


def test_every_file_that_is_named_exists() -> None:
    tops = {child.name for root in ROOTS for child in root.iterdir()}
    wrong = []
    for page in PAGES:
        places = (*ROOTS, page.parent)
        named = (name for name in NAMED.findall(page.read_text("utf-8")) if name.partition("/")[0] in tops)
        wrong += [
            f"{shown(page)}: {name}" for name in named if not any((at / name).exists() for at in places)
        ]
    assert not wrong, "\n".join(wrong)


def test_every_link_leads_somewhere() -> None:
    wrong = []
    for page in PAGES:
        for target in LINK.findall(page.read_text("utf-8")):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.exists() or (anchor and anchor not in anchors(file)):
                wrong.append(f"{shown(page)}: {target}")
    assert not wrong, "\n".join(wrong)


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"(?m)^#+ (.+)$", page.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_guide_and_decision_is_in_its_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    missing = [page.name for page in GUIDES if f"(guide/{page.name})" not in index]
    decisions = ROOT / "docs" / "adr"
    listed = (decisions / "README.md").read_text("utf-8")
    for page in sorted(decisions.glob("[0-9]*.md")):
        number, _, title = page.read_text("utf-8").partition("\n")[0].removeprefix("# ").partition(". ")
        if page.name[:4] != f"{int(number):04}" or f"| {number} | [{title}]({page.name}) |" not in listed:
            missing.append(page.name)
    assert not missing
