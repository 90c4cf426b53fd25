"""Scripts that name their own packages, PEP 723."""

from pathlib import Path

import pytest

import folders
from bareboat.errors import InputError
from bareboat.project import read, script, uvlock
from bareboat.project.project import Project, SourceKind

TEXT = """#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "humanize<5",
# ]
#
# [tool.bareboat]
# port = 80
# ///
import humanize

print(humanize)
"""
LOCK = """
version = 1
requires-python = ">=3.11"
[manifest]
requirements = [{ name = "humanize", extras = ["x"], marker = "os_name == 'posix'", specifier = "<5" }]
[[package]]
name = "humanize"
version = "4.12.1"
source = { registry = "https://index.invalid/simple" }
"""


def named(folder: Path, texts: dict[str, str], name: str) -> Project:
    return read.read(folders.make(folder, texts), environ=folders.ENVIRON, script=name)


def test_a_block_is_read_as_a_manifest_with_its_lines(tmp_path: Path) -> None:
    said = script.read(folders.make(tmp_path, {"sizes.py": TEXT}), "sizes.py")
    assert (said.name, said.requires_python, said.dependencies) == ("sizes", ">=3.11", ("humanize<5",))
    assert (said.file, said.is_script, said.has_project, said.is_package) == ("sizes.py", True, False, False)
    assert (said.where("project/requires-python"), said.where("project/dependencies")) == (
        "sizes.py:3",
        "sizes.py:4",
    )
    assert said.tool == {"bareboat": {"port": 80}}


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_line_ends_do_not_matter(tmp_path: Path, end: str) -> None:
    text = (end or "\n").join(("# /// script", '# dependencies = ["a"]', "#", "# ///")) + end
    (tmp_path / "a.py").write_bytes(text.encode())
    assert script.read(tmp_path, "a.py").dependencies == ("a",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("print(1)\n", "has no `# /// script` block"),
        ("# /// other\n# a = 1\n# ///\n", "has no `# /// script` block"),
        ("# /// script\n# a = 1\nprint(1)\n", "has no `# /// script` block"),
        ("# /// script\n# a = 1\n# ///\n\n# /// script\n# b = 1\n# ///\n", "has several"),
        ("# /// script\n# name = 'x'\n# ///\n", "its block has 'name', which is none of a script's keys"),
        ("# /// script\n# dependencies = ['a b']\n# ///\n", "which is no requirement"),
        ("# /// script\n# dependencies = 'a'\n# ///\n", "no list of strings"),
        ("# /// script\n# requires-python = 'three'\n# ///\n", "no version specifier"),
        ("# /// script\n# dependencies = [\n# ///\n", "not valid TOML"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        script.read(folders.make(tmp_path, {"a.py": text}), "a.py")
    assert caught.value.where.startswith("a.py")


@pytest.mark.parametrize("name", ["../a.py", "/a.py", "b.py"])
def test_a_script_lies_in_the_project(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no such script"):
        script.read(folders.make(tmp_path, {"a.py": TEXT}), name)


def test_a_folder_with_one_script_is_its_project(tmp_path: Path) -> None:
    found = folders.project(
        tmp_path, {"sizes.py": TEXT, "words.txt": "", "tests/test_sizes.py": "import pytest\n"}
    )
    assert (found.source.kind, found.source.path, found.source.installs_project) == (
        SourceKind.SCRIPT,
        tmp_path / "sizes.py",
        False,
    )
    assert [fact.value for fact in found.dependencies] == ["humanize<5"]
    assert (found.script, found.settings, found.backend) == ("sizes.py", {"port": 80}, None)
    assert found.name is not None
    assert found.name.value == "sizes"
    assert [one.target for one in found.application.candidates] == ["python -m sizes"]
    assert "words.txt" in [entry.path for entry in found.files]


@pytest.mark.parametrize(
    "more",
    [
        {"requirements.txt": "flask\n"},
        {"pyproject.toml": "[tool.x]\n"},
        {"setup.py": "from setuptools import setup\nsetup(name='x')\n"},
        {"other.py": TEXT},
        {"other.py": "import flask\n"},
    ],
)
def test_a_folder_with_more_is_not(tmp_path: Path, more: dict[str, str]) -> None:
    assert folders.project(tmp_path, {"sizes.py": TEXT, **more}).script == ""


def test_what_the_script_imports_stands_beside_it(tmp_path: Path) -> None:
    texts = {"sizes.py": f"{TEXT}import words\n", "words.py": ""}
    assert folders.project(tmp_path, texts).script == "sizes.py"


def test_a_named_script_comes_alone_with_what_it_imports(tmp_path: Path) -> None:
    texts = {
        "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask"]\n',
        "uv.lock": "version = 1\n",
        "tools/sizes.py": TEXT.replace("print", "from tools import words\nprint"),
        "tools/words.py": "",
        "tools/other.py": "import x\n",
        "notes.txt": "",
    }
    found = named(tmp_path, texts, "tools/sizes.py")
    assert [entry.path for entry in found.files] == ["tools/sizes.py", "tools/words.py"]
    assert [fact.value for fact in found.dependencies] == ["humanize<5"]
    assert [one.path for one in found.application.candidates] == ["tools/sizes.py"]
    taken = read.read(tmp_path, environ=folders.ENVIRON, script="tools/sizes.py", include=["notes.txt"])
    assert "notes.txt" in [entry.path for entry in taken.files]


def test_locks_of_the_script_count(tmp_path: Path) -> None:
    texts = {"sizes.py": TEXT, "pylock.sizes.toml": "", "pylock.toml": ""}
    assert named(tmp_path, texts, "sizes.py").source.path.name == "pylock.sizes.toml"
    found = named(tmp_path, {"sizes.py.lock": LOCK}, "sizes.py").source
    assert (found.kind, found.path.name, found.reason) == (
        SourceKind.UV_LOCK,
        "sizes.py.lock",
        "the lock of sizes.py",
    )


def test_the_requirements_of_a_scripts_lock_stand_for_a_project() -> None:
    root = uvlock.requested(uvlock.decode(LOCK, where="sizes.py.lock"), "sizes", where="sizes.py.lock")
    (edge,) = root.dependencies
    assert (edge.name, edge.extra, edge.marker) == ("humanize", ("x",), "os_name == 'posix'")
    assert root.metadata.requires_dist[0]["specifier"] == "<5"
