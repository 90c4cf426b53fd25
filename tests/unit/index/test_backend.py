import zipfile
from pathlib import Path

import pytest

from bareboat.errors import BuildError, InputError, IntegrityError, ResolveError
from bareboat.index.backend import build_wheel, lock_requirements
from bareboat.lock import LockedRequirement
from bareboat.testing import wheels

# A backend inside the project: it needs nothing from any index but what it is told to ask for.
BACKEND = """
import os, sys, zipfile
{top}
def get_requires_for_build_wheel(settings=None):
    return {dynamic!r}
def build_wheel(folder, settings=None, metadata=None):
    {inside}
    name = "demo-1.0-{tag}.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        said = {{key: os.environ.get(key) for key in ("SOURCE_DATE_EPOCH", "PYTHONHASHSEED", "TZ", "LC_ALL")}}
        wheel.writestr("demo.py", repr(said))
        wheel.writestr("demo-1.0.dist-info/WHEEL", "Root-Is-Purelib: {pure}")
    return name
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    links = tmp_path / "links"
    links.mkdir()
    for wheel in (
        wheels.make("bbtool", "2.0", {"bbtool.py": "version = 2\n"}, requires=["bbpart"]),
        wheels.make("bbpart", "1.0", {"bbpart.py": ""}),
        wheels.make("bbmore", "3.0", {"bbmore.py": ""}),
    ):
        wheels.write(wheel, links)
    return {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": "/nowhere",
        "TZ": "Asia/Tokyo",
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "PIP_FIND_LINKS": str(links),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": "/dev/null",
    }


def project(
    folder: Path,
    *,
    requires: tuple[str, ...] = (),
    dynamic: tuple[str, ...] = (),
    top: str = "",
    inside: str = "",
    tag: str = "py3-none-any",
    pure: str = "true",
) -> Path:
    source = folder / "source"
    (source / "own").mkdir(parents=True)
    text = BACKEND.format(top=top, inside=inside, dynamic=list(dynamic), tag=tag, pure=pure)
    (source / "own" / "backend.py").write_text(text)
    (source / "pyproject.toml").write_text(
        f"[build-system]\nrequires = {list(requires)}\nbuild-backend = 'backend'\nbackend-path = ['own']\n"
        "[project]\nname = 'demo'\nversion = '1.0'\n"
    )
    return source


def built(
    source: Path, environ: dict[str, str], requires: tuple[LockedRequirement, ...] = (), *, epoch: int = 1
) -> Path:
    out = source.parent / "out"
    out.mkdir()
    return build_wheel(source, out, requires=requires, environ=environ, epoch=epoch)


def test_requirements_are_locked_with_all_they_need(environ: dict[str, str]) -> None:
    locked = lock_requirements(["bbtool>1"], environ=environ)
    assert [(pin.name, pin.version) for pin in locked] == [("bbpart", "1.0"), ("bbtool", "2.0")]
    assert all(len(pin.sha256) == 1 for pin in locked)
    assert lock_requirements([], environ=environ) == ()


def test_a_backend_is_asked_what_it_needs_besides(environ: dict[str, str], tmp_path: Path) -> None:
    source = project(tmp_path, requires=("bbtool",), dynamic=("bbmore>=3",), top="import bbtool")
    before = sorted(source.rglob("*"))
    locked = lock_requirements(["bbtool"], environ=environ, source=source)
    assert [pin.name for pin in locked] == ["bbmore", "bbpart", "bbtool"]
    assert sorted(source.rglob("*")) == before
    assert built(source, environ, locked).name == "demo-1.0-py3-none-any.whl"


def test_a_backend_without_requirements_is_asked_too(environ: dict[str, str], tmp_path: Path) -> None:
    source = project(tmp_path, dynamic=("bbmore",))
    assert [pin.name for pin in lock_requirements([], environ=environ, source=source)] == ["bbmore"]


def test_requirements_that_do_not_exist(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ResolveError, match="bbnone"):
        lock_requirements(["bbnone"], environ=environ)
    with pytest.raises(ResolveError, match=r"build requirements: .*bbtool<1"):
        lock_requirements(["bbtool<1"], environ=environ)


def test_a_broken_project_file_is_named(environ: dict[str, str], tmp_path: Path) -> None:
    source = project(tmp_path)
    (source / "pyproject.toml").write_text("= broken")
    with pytest.raises(InputError, match=r"pyproject\.toml: cannot be read as TOML"):
        lock_requirements([], environ=environ, source=source)


def test_the_backend_sees_one_world(environ: dict[str, str], tmp_path: Path) -> None:
    wheel = built(project(tmp_path), environ, epoch=86400)
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("demo.py").decode() == (
            "{'SOURCE_DATE_EPOCH': '86400', 'PYTHONHASHSEED': '0', 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8'}"
        )
    assert [file.name for file in wheel.parent.iterdir()] == [wheel.name]


def test_what_is_not_locked_is_not_installed(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ResolveError, match="build requirements: bbtool is needed but not locked"):
        built(project(tmp_path, requires=("bbtool",)), environ)


def test_a_locked_hash_is_checked(environ: dict[str, str], tmp_path: Path) -> None:
    pins = (LockedRequirement("bbmore", "3.0", ("0" * 64,)),)
    with pytest.raises(IntegrityError, match=r"bbmore==3\.0: the file on the index has another sha256"):
        built(project(tmp_path, requires=("bbmore",)), environ, pins)


def test_a_failing_backend_is_quoted(environ: dict[str, str], tmp_path: Path) -> None:
    source = project(tmp_path, inside="raise ValueError('no files, ' + 'really')")
    with pytest.raises(BuildError) as raised:
        built(source, environ)
    assert str(raised.value) == "source: the build backend failed: ValueError: no files, really"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_backend_that_cannot_be_asked_is_quoted(environ: dict[str, str], tmp_path: Path) -> None:
    source = project(tmp_path, top="raise LookupError('setuptools-scm was unable to detect version')")
    with pytest.raises(BuildError, match="LookupError: setuptools-scm was unable") as raised:
        lock_requirements([], environ=environ, source=source)
    assert "SETUPTOOLS_SCM_PRETEND_VERSION" in raised.value.hint


@pytest.mark.parametrize(
    ("tag", "pure", "words"),
    [
        ("cp311-cp311-linux_x86_64", "false", "holds compiled code"),
        ("py3-none-linux_x86_64", "true", "holds compiled code"),
        ("py3-none-any", "false", "is not for any platform"),
    ],
)
def test_only_a_pure_wheel_is_taken(
    environ: dict[str, str], tmp_path: Path, tag: str, pure: str, words: str
) -> None:
    with pytest.raises(BuildError, match=words) as raised:
        built(project(tmp_path, tag=tag, pure=pure), environ)
    assert "source distributions" in raised.value.hint
    assert list((tmp_path / "out").iterdir()) == []
