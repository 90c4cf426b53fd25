from pathlib import Path

import pytest

import folders
from bareboat.errors import InputError
from bareboat.project import pyproject, read, sources
from bareboat.project.project import Source, SourceKind
from folders import DIGEST, ENVIRON, make

PROJECT = '[project]\nname = "x"\nversion = "1"\ndependencies = ["click"]\n'
HASHED = f"click==8.0 --hash=sha256:{DIGEST}\n"
PLAIN = '[project]\nname = "x"\ndependencies = ["flask"]\n'
LOCK = """\
version = 1
[[package]]
name = "x"
source = { virtual = "." }
[package.metadata]
requires-dist = [
    { name = "click", extras = ["a"], specifier = ">=8", marker = "sys_platform == 'linux'" },
    { name = "pg", marker = "extra == 'pg'" },
]
"""


def decide(
    folder: Path, texts: dict[str, str], requirements: str = "", *, any_lock: bool = False
) -> tuple[Source, list[str], list[str]]:
    make(folder, texts)
    path = folder / "pyproject.toml"
    said = pyproject.read(path.read_text()) if path.exists() else pyproject.Pyproject()
    source, facts, notes = sources.decide(
        folder, said, environ={}, requirements=requirements, any_lock=any_lock
    )
    return source, [fact.value for fact in facts], notes


ALL = {"pyproject.toml": PROJECT, "uv.lock": LOCK, "pylock.toml": "", "requirements.txt": HASHED}


@pytest.mark.parametrize(
    ("without", "kind"),
    [
        ((), SourceKind.UV_LOCK),
        (("uv.lock",), SourceKind.PYLOCK),
        (("uv.lock", "pylock.toml"), SourceKind.HASHED),
        (("uv.lock", "pylock.toml", "requirements.txt"), SourceKind.PYPROJECT),
        (tuple(ALL), SourceKind.NONE),
    ],
)
def test_the_strongest_source_wins(tmp_path: Path, without: tuple[str, ...], kind: SourceKind) -> None:
    source, _, _ = decide(tmp_path, {name: text for name, text in ALL.items() if name not in without})
    assert source.kind is kind


def test_the_others_are_named_with_the_reason(tmp_path: Path) -> None:
    source, facts, _ = decide(tmp_path, ALL)
    assert [(fact.where, fact.value) for fact in source.ignored] == [
        ("pylock.toml", "uv.lock comes first"),
        ("requirements.txt", "uv.lock comes first"),
    ]
    assert facts == ["click"]


def test_locks_are_told_from_wishes() -> None:
    assert [kind for kind in SourceKind if kind.is_lock] == [
        SourceKind.UV_LOCK,
        SourceKind.PYLOCK,
        SourceKind.POETRY_LOCK,
        SourceKind.PDM_LOCK,
        SourceKind.PIPFILE_LOCK,
        SourceKind.HASHED,
    ]


def test_plain_requirements_count_where_pyproject_declares_nothing(tmp_path: Path) -> None:
    texts = {"pyproject.toml": "[project]\nname = 'x'\ndependencies = []\n", "requirements.txt": "flask\n"}
    source, facts, _ = decide(tmp_path, texts)
    assert (source.kind, facts) == (SourceKind.REQUIREMENTS, ["flask"])
    texts["pyproject.toml"] = PROJECT
    source, facts, _ = decide(tmp_path, texts)
    assert (source.kind, facts) == (SourceKind.PYPROJECT, ["click"])
    assert source.ignored[0].where == "requirements.txt"


def test_no_dependency_is_a_decision_too(tmp_path: Path) -> None:
    source, facts, _ = decide(tmp_path, {"pyproject.toml": "[project]\nname = 'x'\n"})
    assert (source.kind, source.reason, facts) == (SourceKind.PYPROJECT, "declares no dependency", [])
    source, _, _ = decide(tmp_path / "b", {"requirements.txt": "# nothing\n"})
    assert (source.kind, source.reason) == (SourceKind.REQUIREMENTS, "is empty")


def test_other_usual_places_and_a_named_one(tmp_path: Path) -> None:
    texts = {
        "requirements/prod.txt": "a",
        "requirements/base.txt": HASHED,
        "reqs.in": "https://u:p@h/a-1-py3-none-any.whl",
    }
    source, _, _ = decide(tmp_path, texts)
    assert source.path.name == "base.txt"
    assert source.ignored[0].where == "requirements/prod.txt"
    source, facts, _ = decide(tmp_path, {}, requirements="reqs.in")
    assert source.path.name == "reqs.in"
    assert facts[0].startswith("a @")
    with pytest.raises(InputError, match=r"^none\.txt: no such requirements file"):
        decide(tmp_path, {}, requirements="none.txt")


def test_dynamic_dependencies_come_from_their_files(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
    text += '[tool.setuptools.dynamic]\ndependencies = {file = "in.txt"}\n'
    source, facts, _ = decide(tmp_path, {"pyproject.toml": text, "in.txt": "click\n"})
    assert (source.kind, facts) == (SourceKind.PYPROJECT, ["click"])


def test_dynamic_dependencies_of_another_backend(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
    with pytest.raises(InputError, match=r"^pyproject\.toml:3: dependencies are dynamic") as caught:
        decide(tmp_path, {"pyproject.toml": text})
    assert "uv lock" in caught.value.hint
    source, facts, _ = decide(tmp_path, {"pyproject.toml": text, "uv.lock": LOCK})
    assert source.kind is SourceKind.UV_LOCK
    assert facts == ["click[a]>=8 ; sys_platform == 'linux'"]


@pytest.mark.parametrize("name", ["poetry.lock", "pdm.lock", "Pipfile.lock"])
def test_a_lock_of_nothing_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=f"^{name}: there is nothing here that it is the lock of") as caught:
        decide(tmp_path, {name: ""})
    assert "it was made from" in caught.value.hint
    source, _, notes = decide(tmp_path, {"requirements.txt": "flask"})
    assert source.kind is SourceKind.REQUIREMENTS
    assert source.ignored[0].where == name
    assert notes == []


def test_the_locks_of_poetry_pdm_and_pipenv_in_their_order(tmp_path: Path) -> None:
    files = {"pyproject.toml": PLAIN, "poetry.lock": "", "pdm.lock": "", "Pipfile": "", "Pipfile.lock": ""}
    source, facts, _ = decide(tmp_path, {**files, "requirements.txt": HASHED})
    assert source.kind is SourceKind.POETRY_LOCK
    assert source.reason == "the lock of pyproject.toml"
    assert [fact.where for fact in source.ignored] == ["pdm.lock", "Pipfile.lock", "requirements.txt"]
    assert facts == ["flask"]
    source, _, _ = decide(tmp_path, {"pyproject.toml": PLAIN + "[tool.pdm]\n"})
    assert source.kind is SourceKind.PDM_LOCK
    (tmp_path / "pyproject.toml").unlink()
    source, _, _ = decide(tmp_path, {})
    assert source.kind is SourceKind.PIPFILE_LOCK
    assert source.reason == "the lock of Pipfile"


def test_in_a_dockerfile_their_own_tools_read_them(tmp_path: Path) -> None:
    source, _, _ = decide(tmp_path, {"pyproject.toml": PLAIN, "pdm.lock": ""}, any_lock=True)
    assert source.kind is SourceKind.PYPROJECT
    assert [(fact.where, fact.value) for fact in source.ignored] == [("pdm.lock", "its own tool reads it")]


def test_requirements_that_install_the_project_itself(tmp_path: Path) -> None:
    text = PLAIN + '[project.optional-dependencies]\nweb = ["gunicorn"]\n'
    source, facts, _ = decide(tmp_path, {"pyproject.toml": text, "requirements.txt": "-e .[web]\nredis\n"})
    assert source.kind is SourceKind.REQUIREMENTS
    assert "the project itself" in source.reason
    assert facts == ["redis", "flask", "gunicorn"]
    with pytest.raises(InputError, match=r"no extra 'gone' \(it has: web\)"):
        decide(tmp_path, {"requirements.txt": ".[gone]\n"})


def test_a_pipfile_without_its_lock_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^Pipfile: only a Pipfile"):
        decide(tmp_path, {"Pipfile": ""})


def test_a_uv_lock_needs_a_project(tmp_path: Path) -> None:
    source, _, _ = decide(tmp_path, {"uv.lock": LOCK, "requirements.txt": "a"})
    assert source.kind is SourceKind.REQUIREMENTS
    assert source.ignored[0].where == "uv.lock"


def test_a_member_takes_the_lock_of_its_workspace(tmp_path: Path) -> None:
    root = '[project]\nname = "root"\n[tool.uv.workspace]\nmembers = ["apps/*"]\nexclude = ["apps/no"]\n'
    make(tmp_path, {".git/x": "", "pyproject.toml": root, "uv.lock": "version = 1"})
    source, _, _ = decide(tmp_path / "apps/one", {"pyproject.toml": PROJECT})
    assert (source.kind, source.path) == (SourceKind.UV_LOCK, tmp_path / "uv.lock")
    for name in ("apps/no", "other"):
        source, _, _ = decide(tmp_path / name, {"pyproject.toml": PROJECT})
        assert source.kind is SourceKind.PYPROJECT


def test_the_root_of_a_workspace_names_its_members(tmp_path: Path) -> None:
    text = '[tool.uv.workspace]\nmembers = ["apps/*"]\n'
    with pytest.raises(InputError, match=r"members: none"):
        decide(tmp_path, {"pyproject.toml": text})
    with pytest.raises(InputError, match=r"below: apps/one") as caught:
        decide(tmp_path, {"apps/one/pyproject.toml": PROJECT})
    assert caught.value.hint.startswith("name one of them: `bareboat build apps/one`")
    for odd in ("[tool]\nuv = 1", "[tool.uv]\nworkspace = 1", "[tool.uv.workspace]\nmembers = 1"):
        assert decide(tmp_path / "odd", {"pyproject.toml": odd})[0].kind is SourceKind.NONE


def test_the_requirements_that_are_named_come_first(tmp_path: Path) -> None:
    texts = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask"]\n',
        "requirements.txt": "flask\n",
        "requirements/web.txt": "gunicorn\n",
    }
    held = read.read(
        folders.make(tmp_path, texts), environ=folders.ENVIRON, requirements="requirements/web.txt"
    )
    assert held.source.path == tmp_path / "requirements" / "web.txt"
    assert [fact.value for fact in held.dependencies] == ["gunicorn"]


WORKSPACE = {
    "pyproject.toml": '[project]\nname = "root"\n'
    '[tool.pdm.workspace]\nmembers = ["apps/*"]\nexclude = ["apps/old"]\n',
    "apps/api/pyproject.toml": '[project]\nname = "api"\nversion = "1"\ndependencies = ["lib"]\n',
    "apps/api/main.py": "",
}


def test_a_member_of_a_pdm_workspace_has_the_lock_of_its_root(tmp_path: Path) -> None:
    make(tmp_path, {**WORKSPACE, "pdm.lock": ""})
    source = read.read(tmp_path / "apps/api", environ=ENVIRON).source
    assert (source.kind, source.path) == (SourceKind.PDM_LOCK, tmp_path / "pdm.lock")
    assert source.reason == f"the lock of the workspace in {tmp_path.name}"
    with pytest.raises(InputError, match="no form of a Dockerfile installs a member of a PDM workspace"):
        read.read(tmp_path / "apps/api", environ=ENVIRON, any_lock=True)


def test_a_member_of_a_pdm_workspace_without_a_lock_is_refused(tmp_path: Path) -> None:
    make(tmp_path, WORKSPACE)
    with pytest.raises(InputError, match="which has no lock") as caught:
        read.read(tmp_path / "apps/api", environ=ENVIRON)
    assert "pdm lock" in caught.value.hint


def test_what_the_workspace_leaves_out_stands_alone(tmp_path: Path) -> None:
    own = {f"apps/old/{name}": WORKSPACE[f"apps/api/{name}"] for name in ("pyproject.toml", "main.py")}
    make(tmp_path, {**WORKSPACE, **own, "pdm.lock": ""})
    assert read.read(tmp_path / "apps/old", environ=ENVIRON).source.kind is SourceKind.PYPROJECT
