"""Locks of every tool with a few lines spoilt: reading them gives pins, or a refusal of ours in one line."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareboat.errors import BareboatError
from bareboat.project import (
    hashed,
    pdmlock,
    pdmstale,
    pipfilelock,
    poetry,
    poetrylock,
    poetrystale,
    pylock,
    requirements,
    toml,
    uvlock,
    uvstale,
)
from lockfixtures import AMD64, chooser, text

HASH = "sha256:" + "0" * 64
UV = f"""version = 1
revision = 3
requires-python = ">=3.11"
resolution-markers = ["python_full_version >= '3.12'", "python_full_version < '3.12'"]
conflicts = [[{{ package = "shop", extra = "old" }}, {{ package = "shop", group = "dev" }}]]

[[package]]
name = "shop"
version = "0.1.0"
source = {{ editable = "." }}
dependencies = [
    {{ name = "flask" }},
    {{ name = "tool", extra = ["x"], marker = "sys_platform == 'linux' and extra == 'extra-4-tool-x'" }},
]

[package.optional-dependencies]
old = [
    {{ name = "flask", version = "3.0", source = {{ registry = "https://index.invalid/simple" }} }},
]

[package.dev-dependencies]
dev = [
    {{ name = "tool" }},
]

[package.metadata]
requires-dist = [
    {{ name = "flask", specifier = ">=3" }},
    {{ name = "flask", marker = "extra == 'old'", specifier = ">=3.0" }},
    {{ name = "tool", extras = ["x"], git = "https://git.invalid/tool.git?rev=v1" }},
]
provides-extras = ["old"]

[package.metadata.requires-dev]
dev = [{{ name = "tool" }}]

[[package]]
name = "flask"
version = "3.0"
source = {{ registry = "https://index.invalid/simple" }}
resolution-markers = ["python_full_version >= '3.12'", "python_full_version < '3.12'"]
sdist = {{ url = "https://index.invalid/flask-3.0.tar.gz", hash = "{HASH}", size = 9 }}
wheels = [
    {{ url = "https://index.invalid/flask-3.0-py3-none-any.whl", hash = "{HASH}", size = 8 }},
    {{ path = "links/flask-3.0-cp313-cp313-manylinux_2_17_x86_64.whl", hash = "{HASH}" }},
]

[[package]]
name = "tool"
version = "1.0"
source = {{ git = "https://git.invalid/tool.git?rev=v1#{"a" * 40}" }}

[package.optional-dependencies]
x = [
    {{ name = "flask", marker = "python_full_version >= '3.12' or platform_machine == 'aarch64'" }},
]
"""
PYLOCK = f"""lock-version = "1.0"
created-by = "uv"
requires-python = ">=3.11"
environments = ["sys_platform == 'linux'"]
extras = ["http"]
dependency-groups = ["dev"]
default-groups = ["default"]

[[packages]]
name = "flask"
version = "3.0"
marker = "'http' in extras or 'default' in dependency_groups"
requires-python = ">=3.9"
index = "https://index.invalid/simple"
dependencies = [{{ name = "tool" }}]
sdist = {{ url = "https://index.invalid/flask-3.0.tar.gz", size = 9, hashes = {{ sha256 = "{"0" * 64}" }} }}
wheels = [
    {{ name = "flask-3.0-py3-none-any.whl", path = "f.whl", hashes = {{ sha256 = "{"0" * 64}" }} }},
]

[[packages.attestation-identities]]
kind = "GitHub"
repository = "a/b"

[[packages]]
name = "tool"
archive = {{ path = "./tool-1.0-py3-none-any.whl", hashes = {{ sha256 = "{"0" * 64}" }} }}

[[packages]]
name = "other"
vcs = {{ type = "git", url = "https://git.invalid/x.git", commit-id = "{"a" * 40}", subdirectory = "sub" }}

[[packages]]
name = "shop"
directory = {{ path = ".", editable = true }}

[tool.uv]
x = 1
"""
REQUIREMENTS = f"""# made by a tool
--index-url https://me:secret@index.invalid/simple
--extra-index-url=https://${{TOKEN}}@other.invalid/simple
-c constraints.txt
-e .[http]
flask[async]==3.0 ; python_full_version >= '3.11' and platform_machine == 'x86_64' \\
    --hash={HASH} \\
    --hash={HASH.replace("0", "1")}
    # via shop
tool @ https://index.invalid/tool-1.0-py3-none-any.whl --hash={HASH}
other @ https://index.invalid/other-1.0-py3-none-any.whl ; sys_platform == "win32"
./wheels/num-1.0-py3-none-any.whl --hash={HASH}
"""
FOLDER = Path("/project")
CHOOSE = chooser(AMD64)
REPLACEMENTS = (
    *('""', "0", "-1", "1.5", "[]", "{}", "[1]", "{ a = 1 }", "true", '"x"', '"=="', '"; "', '"a b"', "null"),
    *('"../../x"', '"\\u0000"', '"file:///x"', '"extra == 1"', "1979-05-27", '"' + "9" * 5000 + '"', '"é"'),
)


class Edit(NamedTuple):
    """One thing done to one line, chosen by numbers that fit any text."""

    line: int
    what: int
    which: int
    more: int


EDITS = st.lists(
    st.builds(
        Edit,
        st.integers(0, 9999),
        st.integers(0, 6),
        st.integers(0, 99),
        st.integers(0, len(REPLACEMENTS) - 1),
    ),
    min_size=1,
    max_size=4,
)


def spoilt(sound: str, edits: list[Edit]) -> str:
    lines = sound.split("\n")
    for edit in edits:
        place = edit.line % max(len(lines), 1)
        lines[place : place + 1] = _line(lines, place, edit)
        lines = lines or [""]
    return "\n".join(lines)


def _line(lines: list[str], place: int, edit: Edit) -> list[str]:
    line, new = lines[place], REPLACEMENTS[edit.more]
    strings = re.findall(r'"[^"]*"', line) or [line]
    some = strings[edit.which % len(strings)]
    return {
        0: [],
        1: [line, lines[edit.which % len(lines)]],
        2: [line.partition("=")[0] + "= " + new],
        3: [line.replace(some, new, 1) if some else new],
        4: [line.replace('=-.:/[]{}",'[edit.which % 11], "", 1)],
        5: [line[: edit.which], line[edit.which :]],
        6: [line[::-1]],
    }[edit.what]


def read_uv(lock: str, _: str) -> None:
    uvstale.check(
        lock,
        where="uv.lock",
        target=AMD64,
        root="shop",
        dependencies=["flask>=3", "tool[x]"],
        extras={"old": ["flask>=3.0"]},
        groups={},
    )
    uvlock.read(
        lock,
        where="uv.lock",
        target=AMD64,
        choose=CHOOSE,
        root="shop",
        folder=FOLDER,
        extras=("old",),
        groups=("dev",),
    )


def read_pylock(lock: str, _: str) -> None:
    pylock.read(lock, where="pylock.toml", target=AMD64, choose=CHOOSE, folder=FOLDER, root="shop")


def read_poetry(lock: str, beside: str) -> None:
    table = poetry.table(toml.parse(beside, where="pyproject.toml").get("tool", {}))
    poetrystale.check(poetrylock.decode(lock, where="poetry.lock"), {"tool": {"poetry": table}}, where="x")


def select_poetry(lock: str, beside: str) -> None:
    poetrylock.read(
        lock,
        where="poetry.lock",
        target=AMD64,
        choose=CHOOSE,
        folder=FOLDER,
        tool=poetry.table(toml.parse(beside, where="pyproject.toml").get("tool", {})),
        environ={},
        extras=("http",),
        groups=("dev",),
    )


def read_pdm(lock: str, beside: str) -> None:
    pyproject = toml.parse(beside, where="pyproject.toml")
    pdmlock.read(
        lock,
        where="pdm.lock",
        target=AMD64,
        choose=CHOOSE,
        folder=FOLDER,
        declared=pdmstale.declared(pyproject),
        extras=("http",),
    )
    pdmstale.check(lock, pyproject, where="pdm.lock")


def read_pipfile(lock: str, beside: str) -> None:
    pipfilelock.read(
        lock, where="Pipfile.lock", target=AMD64, choose=CHOOSE, folder=FOLDER, environ={}, groups=("prod",)
    )
    pipfilelock.check(lock, toml.parse(beside, where="Pipfile"), where="Pipfile.lock")


def read_requirements(lock: str, _: str) -> None:
    held = requirements.read(
        FOLDER / "requirements.txt",
        folder=FOLDER,
        environ={},
        load=lambda path, _: lock if path.name == "requirements.txt" else "flask<4\n",
    )
    held.allowed()
    if held.is_locked:
        hashed.pinned(held, AMD64, where="requirements.txt", folder=FOLDER)


PDM = ("pdm-4.4.1", "pdm-4.5.1", "pdm-4.5.1-graph", "pdm-4.5.1-urls")
POETRY = ("poetry-1.1", "poetry-2.0", "poetry-2.1")
READERS: dict[str, tuple[Callable[[str, str], None], str, str]] = {
    "uv.lock": (read_uv, UV, ""),
    "pylock.toml": (read_pylock, PYLOCK, ""),
    "requirements": (read_requirements, REQUIREMENTS, ""),
    "pipenv": (read_pipfile, text("pipenv", "Pipfile.lock"), text("pipenv", "Pipfile")),
    **{name: (read_pdm, text(name, "pdm.lock"), text(name, "pyproject.toml")) for name in PDM},
    **{name: (select_poetry, text(name, "poetry.lock"), text(name, "pyproject.toml")) for name in POETRY},
    "poetry's hash": (read_poetry, text(POETRY[0], "poetry.lock"), text(POETRY[0], "pyproject.toml")),
}


@pytest.mark.parametrize("name", READERS)
@given(edits=EDITS, beside=st.just([]) | EDITS)
def test_a_spoilt_lock_is_read_or_refused(name: str, edits: list[Edit], beside: list[Edit]) -> None:
    reader, sound, other = READERS[name]
    assert "\n" not in refusal(lambda: reader(spoilt(sound, edits), spoilt(other, beside)))


def refusal(read: Callable[[], None]) -> str:
    """Return the words of a refusal of ours, empty where all went well."""
    try:
        read()
    except BareboatError as error:
        return error.message
    return ""


@pytest.mark.parametrize("name", READERS)
def test_unspoilt_they_are_read(name: str) -> None:
    reader, sound, other = READERS[name]
    assert refusal(lambda: reader(sound, other)) == ""
