"""poetry.lock of every lock version: what is selected, pinned, refused."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bareboat.errors import BareboatError, InputError, ResolveError
from bareboat.lock import Folder, Repository
from bareboat.project.pinned import Pinned
from bareboat.project.poetrylock import decode, read
from bareboat.target import Arch, Target
from lockfixtures import AMD64, ARM64, BASE, HTTP, chooser, text

VERSIONS = ["poetry-1.1", "poetry-2.0", "poetry-2.1"]
HASH = "sha256:" + "0" * 64
HEAD = """
[[package]]
name = "Flask"
version = "3.0"
optional = false
python-versions = ">=3.8"
groups = ["main"]
"""
FILES = f"""files = [{{file = "flask-3.0-py3-none-any.whl", hash = "{HASH}"}}]
"""
TAIL = """
[metadata]
lock-version = "2.1"
python-versions = "^3.11"
content-hash = "x"
"""

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def select(
    text: str,
    target: Target = AMD64,
    *,
    tool: dict[str, Any] | None = None,
    extras: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
    environ: dict[str, str] | None = None,
    folder: Path = Path("/project"),
) -> Pinned:
    return read(
        text,
        where="poetry.lock",
        target=target,
        choose=chooser(target),
        folder=folder,
        tool=tool or {},
        environ=environ or {},
        extras=extras,
        groups=groups,
    )


def real(name: str, **kwargs: Any) -> Pinned:
    tool = tomllib.loads(text(name, "pyproject.toml"))["tool"]["poetry"]
    return select(text(name, "poetry.lock"), tool=tool, **kwargs)


@pytest.mark.parametrize("name", VERSIONS)
@pytest.mark.parametrize("target", [AMD64, ARM64])
def test_the_main_group_alone(name: str, target: Target) -> None:
    held = real(name, target=target)
    assert [pin.name for pin in held.pins] == BASE
    assert held.origin == "poetry.lock"
    assert {pin.index for pin in held.pins} == {"https://index.invalid/simple"}
    assert all(len(pin.sha256) == 1 and pin.wheel is None for pin in held.pins)
    flask = next(pin for pin in held.pins if pin.name == "flask")
    assert set(flask.requires) == {"blinker", "click", "itsdangerous", "jinja2", "markupsafe", "werkzeug"}
    assert flask.because == "pyproject.toml"
    assert next(pin for pin in held.pins if pin.name == "markupsafe").because in {
        "flask",
        "jinja2",
        "werkzeug",
    }


@pytest.mark.parametrize("name", VERSIONS)
def test_extras_and_groups(name: str) -> None:
    assert [pin.name for pin in real(name, extras=("HTTP",)).pins] == sorted([*BASE, *HTTP])
    assert "pytest" in [pin.name for pin in real(name, groups=("dev",)).pins]
    with pytest.raises(InputError, match=r"no extra 'no' \(it has: http\)"):
        real(name, extras=("no",))
    with pytest.raises(InputError, match="no group 'no'"):
        real(name, groups=("no",))


@pytest.mark.parametrize("name", VERSIONS)
def test_wheels_are_those_of_the_architecture(name: str) -> None:
    amd64, arm64 = ({pin.name: pin.sha256 for pin in real(name, target=one).pins} for one in (AMD64, ARM64))
    assert amd64["uvloop"] != arm64["uvloop"]
    assert amd64["flask"] == arm64["flask"]


@pytest.mark.parametrize("name", VERSIONS)
def test_another_python_is_refused(name: str) -> None:
    with pytest.raises(ResolveError, match=r"the lock is for Python \^3.11, the image has 3.10.2"):
        real(name, target=Target(Arch.AMD64, "3.10.2", (2, 41)))


def test_markers_may_differ_by_group() -> None:
    marked = HEAD.replace('["main"]', '["main", "dev"]') + "markers = {dev = \"sys_platform == 'win32'\"}\n"
    assert select(marked + FILES + TAIL).pins
    only = marked.replace("{dev", "{main")
    assert not select(only + FILES + TAIL).pins
    assert select(only + FILES + TAIL, groups=("dev",)).pins


def test_a_package_for_another_python_does_not_count() -> None:
    assert not select((HEAD + FILES + TAIL).replace(">=3.8", "<3.8")).pins


def test_two_versions_for_one_target_contradict() -> None:
    with pytest.raises(InputError, match=r"flask is locked at both 3.0 and 3.1") as caught:
        select(HEAD + FILES + (HEAD + FILES).replace("3.0", "3.1") + TAIL)
    assert "poetry lock" in caught.value.hint


def source(kind: str, url: str, more: str = "") -> str:
    return HEAD + FILES + f'[package.source]\ntype = "{kind}"\nurl = "{url}"\n{more}' + TAIL


def test_wheels_at_paths_and_urls() -> None:
    (pin,) = select(source("file", "dist/flask-3.0-py3-none-any.whl")).pins
    assert pin.wheel is not None
    assert pin.wheel.url == "file:///project/dist/flask-3.0-py3-none-any.whl"
    (pin,) = select(source("url", "https://example.invalid/flask-3.0-py3-none-any.whl")).pins
    assert pin.wheel is not None
    assert pin.wheel.sha256 == "0" * 64


@pytest.mark.parametrize(
    ("kind", "url", "said"),
    [
        ("url", "https://me:secret@example.invalid/flask-3.0", "an archive of sources"),
    ],
)
def test_what_must_be_built_is_one_sentence(kind: str, url: str, said: str) -> None:
    with pytest.raises(ResolveError, match=f"flask 3.0 is {said}") as caught:
        select(source(kind, url))
    assert "secret" not in str(caught.value)
    assert caught.value.hint


def test_repositories_and_folders(tmp_path: Path) -> None:
    more = f'reference = "main"\nresolved_reference = "{COMMIT}"\nsubdirectory = "a"\n'
    (pin,) = select(source("git", "git@example.invalid:me/flask.git", more)).pins
    assert pin.repository == Repository("ssh://git@example.invalid/me/flask.git", COMMIT, "a", "main")
    with pytest.raises(InputError, match="no whole commit"):
        select(source("git", "https://example.invalid/flask", 'resolved_reference = "abc"\n'))
    (tmp_path / "flask").mkdir()
    (pin,) = select(source("directory", "flask"), folder=tmp_path).pins
    assert pin.folder == Folder(str(tmp_path / "flask"), str(tmp_path))


def test_the_index_of_a_source_and_its_login() -> None:
    text = source("legacy", "https://example.invalid/simple", 'reference = "my-index"\n')
    assert select(text).pins[0].index == "https://example.invalid/simple"
    login = {"POETRY_HTTP_BASIC_MY_INDEX_USERNAME": "a@b", "POETRY_HTTP_BASIC_MY_INDEX_PASSWORD": "c"}
    assert select(text, environ=login).pins[0].index == "https://a%40b:c@example.invalid/simple"
    public = source("legacy", "https://example.invalid/simple", 'reference = "PyPI"\n')
    assert select(public).pins[0].index == ""
    own = source("legacy", "https://x@example.invalid/simple", 'reference = "my-index"\n')
    assert select(own, environ=login).pins[0].index == "https://x@example.invalid/simple"


def test_hashes_without_files_may_all_serve() -> None:
    text = HEAD.replace("groups", "x") + '[metadata]\npython-versions = "*"\n[metadata.hashes]\n'
    text += f'flask = ["{"a" * 64}", "{"b" * 64}"]\n'.replace("flask", "Flask")
    (pin,) = select(text, tool={"dependencies": {"flask": "*"}}).pins
    assert pin.sha256 == ("a" * 64, "b" * 64)


def test_no_wheel_and_no_hash() -> None:
    (pin,) = select((HEAD + FILES + TAIL).replace("-py3-none-any.whl", ".tar.gz")).pins
    assert (len(pin.sha256), pin.wheel, pin.sdist) == (1, None, None)
    with pytest.raises(ResolveError, match=r"flask 3.0 has no wheel"):
        select((HEAD + FILES + TAIL).replace("-py3-none-any.whl", ".egg"))
    with pytest.raises(InputError, match="no sha256"):
        select((HEAD + FILES + TAIL).replace("sha256:", "md5:"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "package = 3",
        "package = 3\n[metadata]\nlock-version = '2.0'",
        "package = [3]\n[metadata]\nlock-version = '2.0'",
        "[metadata]\nlock-version = 2",
        "[metadata]\nlock-version = '3.0'",
        "x =",
        HEAD + "dependencies = 3\n" + TAIL,
        HEAD + "extras = 3\n" + TAIL,
        HEAD.replace("3.0", "what") + TAIL,
        HEAD.replace('"Flask"', "3") + TAIL,
        HEAD.replace('"Flask"', '""') + TAIL,
        HEAD.replace(">=3.8", "what?") + TAIL,
        HEAD + "markers = 'what?'\n" + TAIL,
        HEAD + FILES.replace("flask-3.0-", "") + TAIL,
        HEAD + 'files = [{file = "../../x.whl"}]\n' + TAIL,
    ],
)
def test_what_is_no_lock_is_refused(text: str) -> None:
    with pytest.raises(BareboatError) as caught:
        select(text)
    assert caught.value.exit_code == 2


def test_generations() -> None:
    held = decode(HEAD + FILES + TAIL, where="x")
    assert held.generation == 2
    assert held.packages[0].wheels == ("flask-3.0-py3-none-any.whl",)
    assert decode(TAIL.replace("2.1", "2.0"), where="x").generation == 1
    assert decode("# generated by Poetry 1.8.5 and so on\n" + TAIL, where="x").writer == "1.8.5"
