"""The reference of all settings, read from their schema: `tools/settings_reference.py docs/settings.md`.

tests/test_docs_examples.py compares the committed file with what this makes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bareboat.cli import options
from bareboat.plan import settings

HEAD = """\
# Settings

Made from the schema by `make docs`; editors take it from [schema/settings.json](schema/settings.json), which
`bareboat schema settings` prints.

A setting comes from `[tool.bareboat]` in pyproject.toml, then from the environment, then from a flag: the
later wins, and tables (`env`, `labels`) are joined. What is not set is decided by the plan, and
`bareboat plan` shows each decision with its reason. An unknown key is an error that names the nearest one.

| key | type | environment | flag | meaning |
|---|---|---|---|---|
"""

TAIL = """
Besides these, the environment gives:

| variable | meaning |
|---|---|
| `BAREBOAT_CACHE_DIR` | the cache folder, as `--cache-dir` does |
| `BAREBOAT_DEBIAN_SNAPSHOT` | root URL of an archive of old packages, asked when no mirror has one |
| `SOURCE_DATE_EPOCH` | the time of the image and of all files in it, in seconds since 1970; 0 if not set |
| `NO_COLOR` | no colours |
| `CI` | lines instead of progress bars |

How indexes, proxies and certificates are taken from the host: [dependencies](guide/dependencies.md).
"""


def text() -> str:
    """Return the whole page."""
    return HEAD + "".join(rows()) + TAIL


def rows() -> Iterator[str]:
    """Yield a row of the table for each key, in the order of the schema."""
    variables = {key: name for name, key in settings.ENVIRONMENT.items()}
    given = flags()
    for key, schema in settings.schema()["$defs"]["Settings"]["properties"].items():
        variable = f"`BAREBOAT_{variables[key]}`" if key in variables else ""
        flag = f"`{given[key]}`" if key in given else ""
        yield f"| `{key}` | {kind(schema)} | {variable} | {flag} | {schema['description']} |\n"


def kind(schema: dict[str, Any]) -> str:
    """Return in one word what a value is."""
    held = next(one for one in schema["anyOf"] if one.get("type") != "null")
    words = {"array": "list of texts", "object": "table of texts", "string": "text", "integer": "number"}
    return words.get(held.get("type", ""), "table" if "$ref" in held else "true or false")


def flags() -> dict[str, str]:
    """Return the flag that gives each key, found by asking what each flag alone becomes."""

    @options.project_options
    def holder() -> None:
        pass

    command = click.command()(holder)
    held = [one for one in command.params if isinstance(one, click.Option)]
    unset = {str(one.name): () if one.multiple else None for one in held}
    found = {}
    for one in held:
        given = {**unset, str(one.name): ("KEY=VALUE",) if one.multiple else "1"}
        for key in options.settings(given):
            found[key] = one.opts[0]
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
