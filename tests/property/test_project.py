"""Whatever a project's files hold, reading them ends in a value or in a typed refusal."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from bareboat.errors import BareboatError
from bareboat.project import pylock, pyproject, requirements, startup, tolerant, uvlock
from folders import DIGEST, TARGET, choose

UVLOCK = f"""\
version = 1
requires-python = ">=3.11"
[[package]]
name = "shop"
source = {{ virtual = "." }}
dependencies = [{{ name = "a", extra = ["x"], marker = "os_name == 'posix'" }}]
[package.metadata]
requires-dist = [{{ name = "a" }}]
[[package]]
name = "a"
version = "1"
source = {{ registry = "https://host/simple" }}
wheels = [{{ url = "https://host/a-1-py3-none-any.whl", hash = "sha256:{DIGEST}", size = 7 }}]
"""
PYLOCK = f"""\
lock-version = "1.0"
created-by = "x"
[[packages]]
name = "a"
version = "1"
marker = "os_name == 'posix'"
wheels = [{{ url = "https://host/a-1-py3-none-any.whl", hashes = {{ sha256 = "{DIGEST}" }} }}]
"""
PYPROJECT = """\
[build-system]
requires = ["a"]
build-backend = "b"
[project]
name = "shop"
requires-python = ">=3.11"
dependencies = ["a>=1; os_name == 'posix'"]
[project.scripts]
a = "b:c"
[dependency-groups]
d = ["e", {include-group = "f"}]
f = []
"""
REQUIREMENTS = (
    f"-i https://host/x\na==1 ; os_name == 'posix' \\\n  --hash=sha256:{DIGEST}\n./b-1-py3-none-any.whl\n"
)
DOCKERFILE = (
    'ARG V=3.12\nFROM python:${V}-slim\nEXPOSE 80 $V\nCMD ["gunicorn", "a:b", \\\n "-b", "0.0.0.0:80"]\n'
)

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def read_uvlock(text: str) -> None:
    uvlock.read(text, where="uv.lock", target=TARGET, choose=choose, root="shop", folder=Path("/p"))


def read_pylock(text: str) -> None:
    pylock.read(text, where="pylock.toml", target=TARGET, choose=choose, folder=Path("/p"))


def read_requirements(text: str) -> None:
    def load(path: Path, where: str) -> str:
        return text if path.name == "r.txt" else ""

    requirements.read(Path("/p/r.txt"), folder=Path("/p"), environ={}, load=load)


def read_dockerfile(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Dockerfile").write_text(text, "utf-8", "surrogateescape")
        startup.read(Path(folder))


READERS: list[tuple[Callable[[str], object], str]] = [
    (read_uvlock, UVLOCK),
    (read_pylock, PYLOCK),
    (pyproject.read, PYPROJECT),
    (read_requirements, REQUIREMENTS),
    (read_dockerfile, DOCKERFILE),
]


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """Return `text` with a piece cut out, doubled, or replaced by characters that mean something."""
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 30)))
    piece = draw(
        st.one_of(
            st.just(""),
            st.just(text[start:end] * 2),
            st.sampled_from(
                ["[", "]", "{", "}", '"', "'", "=", "\n", "\\", "5", "true", "[]", "{}", '""', "..", "/"]
            ),
            st.text(max_size=5),
        )
    )
    return text[:start] + piece + text[end:]


@pytest.mark.parametrize(("reader", "text"), READERS)
def test_the_sample_itself_is_read(reader: Callable[[str], object], text: str) -> None:
    reader(text)


@pytest.mark.parametrize(("reader", "text"), READERS)
@QUICK
@given(data=st.data())
def test_damage_is_refused_or_read(reader: Callable[[str], object], text: str, data: st.DataObject) -> None:
    refused = ""
    try:
        reader(data.draw(damaged(text)))
    except BareboatError as error:
        refused = str(error)
    assert "\n" not in refused


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_become_a_tree_or_a_syntax_error(source: bytes) -> None:
    try:
        tolerant.parse(source)
    except (SyntaxError, ValueError, UnicodeDecodeError, RecursionError, MemoryError):
        return


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}([-_.][A-Za-z0-9]{1,4})?", fullmatch=True)


@QUICK
@given(st.lists(st.tuples(NAMES, st.integers(0, 99), st.booleans()), min_size=1, max_size=8))
def test_a_written_lock_is_read_back(entries: list[tuple[str, int, bool]]) -> None:
    lines = [
        f"{name}=={version} \\\n    --hash=sha256:{DIGEST}  # c"
        if is_split
        else f"{name}=={version} --hash sha256:{DIGEST}"
        for name, version, is_split in entries
    ]
    text = "\n".join(lines)
    held = requirements.read(Path("/p/r.txt"), folder=Path("/p"), environ={}, load=lambda path, where: text)
    assert held.is_locked
    assert [line.name for line in held.lines] == [str(canonicalize_name(name)) for name, _, _ in entries]
