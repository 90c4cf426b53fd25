"""Whatever stands in a lock or a requirements file, reading it gives a lock or a refusal of ours."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareboat.errors import BareboatError
from bareboat.project import (
    pdmlock,
    pdmstale,
    pipfilelock,
    poetry,
    poetrylock,
    poetrystale,
    poetryversion,
    pyproject,
    requirements,
)
from lockfixtures import AMD64, chooser

WORDS = st.sampled_from(
    """
    name version files file hash url groups markers marker source type git path reference extras
    optional dependencies python-versions requires_python metadata lock-version lock_version content-
    hash hashes package default develop _meta sources index editable targets platform tool poetry
    project group main flask 2.1 2.0 1.1 4.5.0 1.0 ^1 >=1 * ==1.0 sha256:00 legacy directory
    flask-1.0-py3-none-any.whl
    """.split()  # noqa: SIM905 - a list of a hundred lines says no more
)
LEAVES = st.one_of(WORDS, st.text(max_size=8), st.integers(-2, 2), st.booleans())
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
TABLES = st.dictionaries(WORDS, VALUES, max_size=5)


def toml(value: Any) -> str:
    """Return a value as inline TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    text = json.dumps(value)
    return text.replace("\x7f", "\\u007f")


def document(table: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {toml(one)}\n" for key, one in table.items())


def _poetry(text: str, table: dict[str, Any]) -> None:
    poetrystale.check(poetrylock.decode(text, where="x"), table, where="x")


def _poetry_read(text: str, table: dict[str, Any]) -> None:
    poetrylock.read(
        text,
        where="x",
        target=AMD64,
        choose=chooser(AMD64),
        folder=Path("/p"),
        tool=table,
        environ={},
        extras=("http",),
        groups=("main",),
    )


def _pdm(text: str, table: dict[str, Any]) -> None:
    pdmlock.read(
        text,
        where="x",
        target=AMD64,
        choose=chooser(AMD64),
        folder=Path("/p"),
        declared=pdmstale.declared({"project": table}),
    )
    pdmstale.check(text, table, where="x")


READERS: dict[str, tuple[dict[str, Any], Callable[[str, dict[str, Any]], object]]] = {
    "poetry": ({"metadata": {"lock-version": "2.1"}}, _poetry_read),
    "old poetry": ({"metadata": {"lock-version": "1.1"}}, _poetry_read),
    "poetry's hash": ({"metadata": {"lock-version": "2.0"}}, _poetry),
    "pdm": ({"metadata": {"lock_version": "4.5.0"}}, _pdm),
}


@pytest.mark.parametrize("name", READERS)
@given(table=TABLES, packages=st.lists(TABLES, max_size=3), beside=TABLES)
def test_locks_in_toml(
    name: str, table: dict[str, Any], packages: list[dict[str, Any]], beside: dict[str, Any]
) -> None:
    head, reader = READERS[name]
    named = [{"name": "flask", "version": "1.0", "groups": ["main", "default"], **one} for one in packages]
    try:
        reader(document({**head, "package": named, **table}), beside)
    except BareboatError:
        return


@given(table=TABLES, beside=TABLES)
def test_locks_in_json(table: dict[str, Any], beside: dict[str, Any]) -> None:
    text = json.dumps({"_meta": {}, "default": {"flask": table}, **beside})
    try:
        pipfilelock.read(
            text, where="x", target=AMD64, choose=chooser(AMD64), folder=Path("/p"), environ={}, groups=()
        )
        pipfilelock.check(text, beside, where="x")
    except BareboatError:
        return


@given(table=TABLES)
def test_poetry_tables(table: dict[str, Any]) -> None:
    try:
        poetry.completed(pyproject.read(document({"tool": {"poetry": table}})))
    except BareboatError:
        return


@given(text=st.text(alphabet="^~=<>!|*,. 0123456789abx", max_size=20))
def test_constraints(text: str) -> None:
    try:
        poetryversion.standard(text)
        poetryversion.allows(text, "1.0")
    except BareboatError:
        return


@given(
    text=st.text(alphabet="abr-=<>@./:\\\n #[];${}'\"_1e", max_size=60)
    | st.lists(
        st.sampled_from(["-r a", "-c b", "-e .", "a==1", "--hash=sha256:00", "\\\n", "-i x", "a @ b"])
    ).map("\n".join)
)
def test_requirements(text: str) -> None:
    try:
        requirements.read(Path("/p/r.txt"), folder=Path("/p"), environ={}, load=lambda _, __: text)
    except BareboatError:
        return
