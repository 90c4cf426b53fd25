"""Random sound wheels install with a true RECORD; damaged ones give our own errors and no others.

Spec: PyPA "Recording installed projects", "The RECORD file"; "Binary distribution format".
"""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bareboat.errors import BareboatError
from bareboat.target import PythonVersion
from bareboat.testing.wheels import Defect, Wheel, make, write
from bareboat.tree.entry import Entry, Kind, file
from bareboat.tree.tree import Tree
from bareboat.wheel.install import install
from bareboat.wheel.read import open_wheel
from bareboat.wheel.record import find_record, hash_text, parse, with_bytecode

PYTHON = PythonVersion(3, 13)
SITE = "opt/venv/lib/python3.13/site-packages"
PARTS = st.text(
    st.characters(codec="utf-8", exclude_characters='/\\:"\x7f', min_codepoint=0x20), min_size=1, max_size=8
).filter(lambda part: part not in {".", ".."} and not part.endswith((".dist-info", ".data")))
SOURCES = st.builds(lambda part: f"{part}.py", PARTS)
PATHS = st.lists(PARTS, max_size=3).flatmap(
    lambda parts: st.one_of(PARTS, SOURCES).map(lambda last: "/".join([*parts, last]))
)
SCHEMES = st.sampled_from(
    ["", "demo-1.0.data/purelib/", "demo-1.0.data/scripts/", "demo-1.0.data/data/share/"]
)
CONTENTS = st.one_of(st.binary(max_size=300), st.just(b"#!python\nx\n"), st.just(b"from . import tests\n"))
FILES = st.dictionaries(st.builds(lambda scheme, path: scheme + path, SCHEMES, PATHS), CONTENTS, max_size=8)
WHEELS = st.builds(
    lambda files, commands, compress: make(
        files=files, commands=dict.fromkeys(commands, "a.b:c"), compress=compress
    ),
    FILES,
    st.lists(st.from_regex(r"[a-z][a-z0-9-]{1,8}", fullmatch=True), max_size=2),
    st.booleans(),
)
COMMON = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def installed(wheel: Wheel) -> Tree:
    with tempfile.TemporaryDirectory() as folder:
        found = open_wheel(write(wheel, Path(folder)), filename=wheel.filename)
        tree = install(found, python=PYTHON)
        read(tree)
        # The archive goes with its folder: what is looked at afterwards is held in memory.
        return Tree.of([held_entry(entry.path, tree) for entry in tree if entry.kind is Kind.FILE])


def held_entry(path: str, tree: Tree) -> Entry:
    entry = tree.find(path)
    assert entry is not None
    assert entry.content is not None
    return file(path, b"".join(entry.content.chunks()), mode=entry.mode)


def read(tree: Tree) -> None:
    for entry in tree:
        if entry.content is not None:
            assert sum(map(len, entry.content.chunks())) == entry.size


def check_record(tree: Tree) -> None:
    record = find_record(tree)
    assert record is not None
    assert record.content is not None
    rows = parse(b"".join(record.content.chunks()), where="RECORD")
    for entry in tree:
        if entry.kind is not Kind.FILE or entry is record or entry.content is None:
            continue
        inside = entry.path.removeprefix(f"{SITE}/")
        path = inside if inside != entry.path else f"../../../{entry.path.removeprefix('opt/venv/')}"
        data = b"".join(entry.content.chunks())
        row = rows.pop(path)
        assert (row.hash, row.size) == (hash_text(data), len(data))
    assert list(rows) == ["demo-1.0.dist-info/RECORD"]


def is_clash(error: BareboatError) -> bool:
    """Say whether random names got in each other's way, which is a refusal and no fault."""
    return any(words in error.message for words in ("both become", "lies below", "would replace"))


@COMMON
@given(WHEELS)
def test_record_of_an_installed_wheel_is_true(wheel: Wheel) -> None:
    try:
        tree = installed(wheel)
    except BareboatError as error:
        assert is_clash(error)  # noqa: PT017 # the kind of refusal is what is asserted
        return
    check_record(tree)
    pycs = [(f"{entry.path}c", entry.path.encode()) for entry in tree if entry.path.endswith(".py")]
    check_record(with_bytecode(tree, pycs))


@COMMON
@given(WHEELS)
def test_a_wheel_installs_to_the_same_tree_again(wheel: Wheel) -> None:
    try:
        first, second = installed(wheel), installed(wheel)
    except BareboatError as error:
        assert is_clash(error)  # noqa: PT017 # the kind of refusal is what is asserted
        return
    assert first == second


CHANGES = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 255)), min_size=1, max_size=6)


@COMMON
@given(changes=CHANGES, compress=st.booleans())
def test_changed_bytes_give_our_errors_or_the_same_files(
    changes: list[tuple[int, int]], *, compress: bool
) -> None:
    sound = make(files={"demo/a.py": "a = 1\n" * 30, "demo/b.py": "b\n"}, compress=compress)
    data = bytearray(sound.data)
    for place, change in changes:
        data[place % len(data)] ^= change
    try:
        tree = installed(Wheel(sound.filename, bytes(data)))
    except BareboatError as error:
        assert "\n" not in str(error)  # noqa: PT017 # any refusal will do, on one line
        return
    expected = {entry.path: entry.content for entry in installed(sound)}
    record = f"{SITE}/demo-1.0.dist-info/RECORD"
    assert {entry.path: entry.content for entry in tree if entry.path != record} == {
        path: content for path, content in expected.items() if path != record
    }


@COMMON
@given(st.integers(0, 5000), st.sampled_from([None, *Defect]))
def test_cut_wheels_give_our_errors(length: int, defect: Defect | None) -> None:
    wheel = make(files={"demo/a.py": "a = 1\n" * 30}, defect=None if defect is Defect.BOMB_MEMBER else defect)
    cut = wheel.data[: length % len(wheel.data)]
    try:
        installed(Wheel(wheel.filename, cut))
    except BareboatError as error:
        assert error.exit_code in {2, 6}  # noqa: PT017 # the family is what is asserted
    else:
        raise AssertionError("a wheel that was cut was taken")
