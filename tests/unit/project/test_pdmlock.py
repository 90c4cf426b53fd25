"""pdm.lock of every lock version 4.x and strategy: what is selected, pinned, refused."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bareboat.errors import BareboatError, InputError, ResolveError
from bareboat.lock import Folder, Repository
from bareboat.project.pdmlock import read
from bareboat.project.pdmstale import declared
from bareboat.project.pinned import Pinned
from bareboat.target import Arch, Target
from lockfixtures import AMD64, ARM64, BASE, HTTP, chooser, text

ALL = ["pdm-4.4.1", "pdm-4.5.1", "pdm-4.5.1-graph", "pdm-4.5.1-urls"]
HASH = "sha256:" + "0" * 64
META = '[metadata]\nlock_version = "4.5.0"\ngroups = ["default"]\nstrategy = ["inherit_metadata"]\n'
FLASK = '[[package]]\nname = "Flask"\nversion = "3.0"\ngroups = ["default"]\n'
FILES = f'files = [{{file = "flask-3.0-py3-none-any.whl", hash = "{HASH}"}}]\n'

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def select(text: str, target: Target = AMD64, **kwargs: Any) -> Pinned:
    return read(
        text,
        where="pdm.lock",
        target=target,
        choose=chooser(target),
        folder=kwargs.pop("folder", Path("/project")),
        declared=kwargs.pop("declared", {"default": ("flask",)}),
        **kwargs,
    )


def real(name: str, **kwargs: Any) -> Pinned:
    pyproject = tomllib.loads(text(name, "pyproject.toml"))
    return select(text(name, "pdm.lock"), declared=declared(pyproject), root="shop", **kwargs)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("target", [AMD64, ARM64])
def test_the_default_group_alone(name: str, target: Target) -> None:
    held = real(name, target=target)
    assert [pin.name for pin in held.pins] == BASE
    uvicorn = next(pin for pin in held.pins if pin.name == "uvicorn")
    assert {"click", "h11", "httptools", "uvloop"} < set(uvicorn.requires)
    assert uvicorn.because == "pyproject.toml"
    assert next(pin for pin in held.pins if pin.name == "uvloop").because == "uvicorn"


@pytest.mark.parametrize("name", ALL)
def test_extras_and_groups(name: str) -> None:
    assert [pin.name for pin in real(name, extras=("http",)).pins] == sorted([*BASE, *HTTP])
    with pytest.raises(InputError, match=r"no group or extra 'no' \(it has: default, "):
        real(name, groups=("no",))


def test_static_urls_are_taken() -> None:
    urls = {pin.wheel.url for pin in real("pdm-4.5.1-urls").pins if pin.wheel is not None}
    assert len(urls) == len(BASE)
    assert all(url.startswith("https://index.invalid/") for url in urls)
    assert all(pin.wheel is None for pin in real("pdm-4.5.1").pins)


def test_files_of_old_locks_stand_in_metadata() -> None:
    old = FLASK.replace('groups = ["default"]\n', "") + '[metadata]\nlock_version = "4.2"\n[metadata.files]\n'
    old += f'"Flask 3.0" = [{{url = "https://index.invalid/flask-3.0-py3-none-any.whl", hash = "{HASH}"}}]\n'
    (pin,) = select(old, extra=("https://more.invalid/simple",)).pins
    assert pin.wheel is not None
    assert pin.wheel.filename == "flask-3.0-py3-none-any.whl"


def test_a_lock_for_other_platforms_is_refused() -> None:
    def for_(*lines: str) -> str:
        return META + "[[metadata.targets]]\n" + "\n".join(lines) + "\n" + FLASK + FILES

    linux = 'platform = "manylinux_2_28_x86_64"'
    assert select(for_('requires_python = ">=3.11"')).pins
    assert select(for_(linux, 'requires_python = ">=3.11"', 'implementation = "cpython"')).pins
    assert select(for_('platform = "linux"')).pins
    for one in (
        [linux.replace("x86_64", "aarch64")],
        ['platform = "windows_amd64"'],
        ['requires_python = "<3.12"'],
    ):
        with pytest.raises(
            ResolveError, match=r"^pdm\.lock: the lock is for .* not for Python 3.13.5 on linux"
        ):
            select(for_(*one))
    with pytest.raises(ResolveError):
        select(for_('implementation = "pypy"'))


def test_a_path_in_the_project() -> None:
    wheel = FLASK + 'path = "./dist/flask-3.0-py3-none-any.whl"\n' + FILES
    (pin,) = select(META + wheel).pins
    assert pin.wheel is not None
    assert pin.wheel.url == "file:///project/dist/flask-3.0-py3-none-any.whl"
    url = FLASK + FILES.replace('file = "', 'url = "file:///${PROJECT_ROOT}/dist/')
    (pin,) = select(META + url).pins
    assert pin.wheel is not None
    assert pin.wheel.url.endswith("/project/dist/flask-3.0-py3-none-any.whl")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('hg = "https://me@example.invalid/flask"', r"a repository of hg \(https://example.invalid/flask\)"),
        ('url = "https://example.invalid/flask-3.0.tar.bz2"', "an archive of sources"),
    ],
)
def test_what_must_be_built_is_one_sentence(line: str, said: str) -> None:
    with pytest.raises(ResolveError, match=f"flask 3.0 is {said}"):
        select(META + FLASK + line + "\n" + FILES)


def test_repositories_and_folders(tmp_path: Path) -> None:
    line = f'git = "https://me@example.invalid/f"\nref = "main"\nrevision = "{COMMIT}"\nsubdirectory = "a"\n'
    (pin,) = select(META + FLASK + line).pins
    assert pin.repository == Repository("https://example.invalid/f", COMMIT, "a", "main")
    (tmp_path / "flask").mkdir()
    for line in ('path = "./flask"', 'url = "file:///${PROJECT_ROOT}/flask"\neditable = true'):
        (pin,) = select(META + FLASK + line + "\n", folder=tmp_path).pins
        assert pin.folder == Folder(str(tmp_path / "flask"), str(tmp_path))


GRAPH = f"""
[metadata]
lock_version = "4.5.0"
strategy = []
[[package]]
name = "web"
version = "1.0"
dependencies = ["num<2; python_version < '3.12'", "num>=2; python_version >= '3.12'"]
files = [{{file = "web-1.0-py3-none-any.whl", hash = "{HASH}"}}]
[[package]]
name = "web"
version = "1.0"
extras = ["fast"]
dependencies = ["web==1.0", "quick"]
[[package]]
name = "num"
version = "1.0"
requires_python = "<3.12"
files = [{{file = "num-1.0-py3-none-any.whl", hash = "{HASH}"}}]
[[package]]
name = "num"
version = "2.0"
files = [{{file = "num-2.0-py3-none-any.whl", hash = "{HASH}"}}]
[[package]]
name = "quick"
version = "1.0"
files = [{{file = "quick-1.0-py3-none-any.whl", hash = "{HASH}"}}]
"""


def test_the_graph_is_followed_for_the_target() -> None:
    assert [(pin.name, pin.version) for pin in select(GRAPH, declared={"default": ("web",)}).pins] == [
        ("num", "2.0"),
        ("web", "1.0"),
    ]
    old = Target(Arch.AMD64, "3.11.2", (2, 36))
    assert [pin.version for pin in select(GRAPH, old, declared={"default": ("web",)}).pins] == ["1.0", "1.0"]
    held = {"default": ("shop[all]",), "all": ("web[fast]", "gone; sys_platform == 'win32'")}
    assert [pin.name for pin in select(GRAPH, declared=held, root="Shop").pins] == ["num", "quick", "web"]


def test_what_is_missing_or_contradicts() -> None:
    with pytest.raises(InputError, match="gone >=1 is not in the lock") as caught:
        select(GRAPH, declared={"default": ("gone>=1",)})
    assert "pdm lock" in caught.value.hint
    with pytest.raises(InputError, match=r"flask is locked at both 3.0 and 3.1"):
        select(META + FLASK + FILES + (FLASK + FILES).replace("3.0", "3.1"))
    with pytest.raises(InputError, match="not a requirement"):
        select(GRAPH, declared={"default": ("===",)})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x =",
        '[metadata]\nlock_version = "3.1"',
        "metadata = 3",
        "package = 3\n" + META,
        META.replace('["default"]', "3"),
        "package = [3]\n" + META,
        META + FLASK.replace('"Flask"', "3"),
        META + FLASK + "files = 3",
        META + FLASK.replace("3.0", "what"),
        META + FLASK + 'marker = "what?"\n' + FILES,
        META + "[[metadata.targets]]\nrequires_python = 'what?'\n" + FLASK + FILES,
        META + FLASK + FILES.replace("sha256:", "md5:"),
        META + FLASK + FILES.replace("flask-3.0-", "other-3.0-"),
        META + FLASK + 'dependencies = ["==="]\n' + FILES,
    ],
)
def test_what_is_no_lock_is_refused(text: str) -> None:
    with pytest.raises(BareboatError) as caught:
        select(text)
    assert caught.value.exit_code == 2


def test_a_member_of_a_workspace_is_walked_from_its_own_requirements(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    place = (
        '[[package]]\nname = "{0}"\nversion = "1"\neditable = true\npath = "./{0}"\ngroups = ["default"]\n{1}'
    )
    lock = (
        META
        + place.format("api", 'dependencies = ["lib", "flask"]\n')
        + place.format("lib", "dependencies = []\n")
        + place.format("worker", 'dependencies = ["celery"]\n')
        + FLASK
        + FILES
    )
    held = select(lock, declared={"default": ("lib", "flask")}, root="api", is_member=True, folder=tmp_path)
    assert [pin.name for pin in held.pins] == ["flask", "lib"]
