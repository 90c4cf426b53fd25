import sys
from pathlib import Path

import pytest

from bareboat.errors import BuildError, IntegrityError
from bareboat.facts.wheel import WheelFacts, decode, encode, read
from bareboat.target import PythonVersion
from bareboat.testing.wheels import make, write
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree
from bareboat.wheel.install import install
from bareboat.wheel.read import open_wheel


def facts(folder: Path, files: dict[str, bytes | str], **options: object) -> WheelFacts:
    wheel = make(files=files, **options)  # type: ignore[arg-type] # passed on as they are
    found = open_wheel(write(wheel, folder), filename=wheel.filename)
    return read(install(found, python=PythonVersion(3, 13)))


def test_facts_of_a_plain_wheel(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        {"demo/__init__.py": "12345", "demo/sub.py": ""},
        commands={"demo": "demo:main"},
        requires=["b", "a>=1; extra == 'x'"],
        requires_python=">=3.9",
    )
    assert (found.name, found.version) == ("demo", "1.0")
    assert found.modules == ("demo",)
    assert found.scripts == ("demo",)
    assert found.requires == ("a>=1; extra == 'x'", "b")
    assert found.requires_python == ">=3.9"
    assert found.files == 8
    assert not found.needed
    assert not found.opened


@pytest.mark.parametrize(
    ("names", "modules"),
    [
        (["a.py", "b/__init__.py", "b/c.py"], ("a", "b")),
        (
            ["ns/a/__init__.py", "ns/b.py", "ns/deep/c/__init__.py", "ns/deep/c/d.py"],
            ("ns.a", "ns.b", "ns.deep.c"),
        ),
        (["x.cpython-313-x86_64-linux-gnu.so", "y.abi3.so", "z.so"], ("x", "y", "z")),
        (["x.cpython-312-x86_64-linux-gnu.so", "y.cpython-313-x86_64-linux-musl.so"], ()),
        (["p/__init__.cpython-313-x86_64-linux-gnu.so"], ("p",)),
        (["demo.libs/libfoo.so", "demo/_x.abi3.so"], ("demo._x",)),
        (["not-a-module.py", "data/file.json", "demo-1.0.data/data/share/x.py"], ()),
        (["sourceless.pyc", "a.pth", "b.pyi"], ("sourceless",)),
        (["__init__.py"], ()),
    ],
)
def test_modules_are_what_can_be_imported(tmp_path: Path, names: list[str], modules: tuple[str, ...]) -> None:
    assert facts(tmp_path, dict.fromkeys(names, "")).modules == modules


def test_needs_of_programs_are_found_without_what_is_bundled(tmp_path: Path) -> None:
    program = Path(sys.executable).resolve().read_bytes()
    if not program.startswith(b"\x7fELF"):
        pytest.skip("the interpreter is no ELF file")
    alone = facts(tmp_path, {"demo/__init__.py": "", "demo/a": program}).needed
    assert "libc.so.6" in alone
    bundled = facts(tmp_path, {"demo/__init__.py": "", "demo/a": program, "demo.libs/libc.so.6": b""}).needed
    assert bundled == tuple(name for name in alone if name != "libc.so.6")


def test_libraries_that_are_opened_are_those_that_it_does_not_bring(tmp_path: Path) -> None:
    source = """
import ctypes.util
ctypes.util.find_library("magic")
ctypes.CDLL("libfoo.so.1")
ctypes.CDLL("libsndfile.so")
ctypes.CDLL("libzbar.so.0")
"""
    files = {"demo/__init__.py": source, "demo/libsndfile_x86_64.so": "", "demo.libs/libzbar-1a2b.so.0.3": ""}
    found = facts(tmp_path, dict(files))
    assert [one.names for one in found.opened] == [("-lmagic",), ("libfoo.so.1",)]
    assert found.bundled == ("libsndfile_x86_64.so", "libzbar-1a2b.so.0.3")


def test_facts_survive_the_cache() -> None:
    found = WheelFacts("a", "1", 2, 3, modules=("a",), needed=("libc.so.6",))
    assert decode(encode(found)) == found
    assert encode(found) == encode(decode(encode(found)))


@pytest.mark.parametrize("data", [b"", b"{}", b'{"name": 1}', b"\xff"])
def test_damaged_facts_are_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError, match="cannot be read"):
        decode(data)


def test_vendored_metadata_is_not_the_wheels(tmp_path: Path) -> None:
    found = facts(tmp_path, {"a/_vendor/b-1.dist-info/METADATA": "Name: b\n", "a/__init__.py": ""})
    assert found.name == "demo"


def test_trees_without_a_wheel_are_refused() -> None:
    with pytest.raises(BuildError, match="no installed wheel"):
        read(Tree.of([file("a", b"")]))
