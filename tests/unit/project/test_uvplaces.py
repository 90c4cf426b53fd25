"""Requirements that `[tool.uv.sources]` takes from elsewhere than an index."""

import tomllib
from pathlib import Path

import pytest

import folders
from bareboat.errors import InputError
from bareboat.project import uvplaces

ROOT = """
[project]
name = "root"
[tool.uv.workspace]
members = ["packages/*"]
exclude = ["packages/old"]
[tool.uv.sources]
shared = { path = "shared" }
"""


def placed(text: str, folder: Path, *lines: str) -> tuple[str, ...]:
    return uvplaces.placed(lines, tomllib.loads(text).get("tool", {}), folder)


def workspace(tmp_path: Path) -> Path:
    names = ("packages/api", "packages/lib", "packages/old")
    texts = {f"{name}/pyproject.toml": f'[project]\nname = "{name[9:]}"\n' for name in names}
    return folders.make(tmp_path, {"pyproject.toml": ROOT, **texts, "packages/none/x.txt": ""})


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('{ git = "https://host/x", tag = "v1" }', 'lib[a] @ git+https://host/x@v1 ; (os_name == "posix")'),
        ('{ git = "https://host/x", subdirectory = "y" }', "git+https://host/x#subdirectory=y"),
        ('{ url = "https://host/x.zip" }', "@ https://host/x.zip"),
        ('{ path = "../x", editable = true }', "@ file:///x"),
        ('{ index = "private" }', 'lib[a]>=1 ; os_name == "posix"'),
        ("[]", 'lib[a]>=1 ; os_name == "posix"'),
    ],
)
def test_sources(source: str, line: str) -> None:
    text = f"[tool.uv.sources]\nLib = {source}\n"
    (found,) = placed(text, Path("/p"), 'lib[a]>=1 ; os_name == "posix"')
    assert line in found


def test_several_sources_by_marker() -> None:
    text = """
    [tool.uv.sources]
    lib = [{ path = "a", marker = "os_name == 'nt'" }, { path = "b", marker = "os_name == 'posix'" }]
    """
    found = placed(text, Path("/p"), "lib", "other")
    assert found == (
        'lib @ file:///p/a ; (os_name == "nt")',
        'lib @ file:///p/b ; (os_name == "posix")',
        "other",
    )


def test_members_of_the_workspace_and_what_its_root_says(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    api = root / "packages" / "api"
    text = "[tool.uv.sources]\nlib = { workspace = true }\n"
    found = placed(text, api, "lib>=1", "shared")
    assert found == (f"lib @ {(root / 'packages/lib').as_uri()}", f"shared @ {(root / 'shared').as_uri()}")
    assert uvplaces.root(api) == root
    assert [one.name for one in uvplaces.members(root)] == ["api", "lib"]


def test_no_such_member(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    with pytest.raises(InputError, match="no member 'old'"):
        placed("[tool.uv.sources]\nold = { workspace = true }\n", root / "packages" / "api", "old")


@pytest.mark.parametrize("text", ["[tool.uv]\nsources = 1\n", "[tool.uv.sources]\na = 1\n"])
def test_wrong_types(text: str) -> None:
    with pytest.raises(InputError):
        placed(text, Path("/p"), "a")


def test_relative_urls_become_absolute() -> None:
    assert placed("", Path("/p/x"), "a @ ../a", "no requirement!") == ("a @ file:///p/a", "no requirement!")


BOUND = """
[tool.uv.sources]
torch = [{ index = "cpu", marker = "sys_platform == 'linux'" }, { index = "gpu", extra = "x" }]
lib = { path = "lib" }
[[tool.uv.index]]
name = "cpu"
url = "https://index.invalid/cpu"
explicit = true
[[tool.uv.index]]
name = "near"
url = "wheels"
[[tool.uv.index]]
url = "https://index.invalid/nameless"
"""


def test_names_bound_to_indexes_come_out_as_a_table(tmp_path: Path) -> None:
    tool = tomllib.loads(BOUND)["tool"]
    made = tomllib.loads(uvplaces.indexes(tool, tmp_path))["tool"]["uv"]
    assert made["sources"] == {
        "torch": [{"index": "cpu", "marker": "sys_platform == 'linux'"}, {"index": "gpu"}]
    }
    assert made["index"] == [
        {"name": "cpu", "url": "https://index.invalid/cpu", "explicit": True},
        {"name": "near", "url": str(tmp_path / "wheels")},
    ]


def test_without_a_bound_name_there_is_no_table(tmp_path: Path) -> None:
    assert uvplaces.indexes({}, tmp_path) == ""
    assert uvplaces.indexes({"uv": {"sources": {"lib": {"path": "lib"}}}}, tmp_path) == ""


def test_a_member_has_the_indexes_of_its_workspace(tmp_path: Path) -> None:
    texts = {
        "pyproject.toml": f'{BOUND}[tool.uv.workspace]\nmembers = ["one"]\n',
        "one/pyproject.toml": "[project]\nname = 'one'\n",
    }
    made = tomllib.loads(uvplaces.indexes({}, folders.make(tmp_path, texts) / "one"))["tool"]["uv"]
    assert [one["name"] for one in made["index"]] == ["cpu", "near"]
    assert list(made["sources"]) == ["torch"]
