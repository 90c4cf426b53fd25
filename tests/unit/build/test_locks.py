"""The Python lock of a project, whatever file it comes from; resolving is done by the real uv."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import folders
import smallbase
from bareboat.build.locks import Locks
from bareboat.build.prepare import tools_for
from bareboat.build.tools import Tools
from bareboat.errors import InputError, IntegrityError, ResolveError
from bareboat.lock import Lock
from bareboat.plan.settings import Settings
from bareboat.progress import Kind
from bareboat.project import read
from bareboat.target import Arch, Target
from bareboat.testing import wheels

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))
FOO = wheels.make("bbfoo", "1.0", requires=["bbbar"])
BAR = wheels.make("bbbar", "2.0")
EXTRA = wheels.make("bbextra", "3.0")
OLD = wheels.make("bbold", "1.0", tag="cp39-cp39-manylinux_2_17_x86_64")


@contextmanager
def read_with(
    folder: Path, *, settings: Settings | None = None, locked: bool = False
) -> Iterator[tuple[Locks, Tools, smallbase.Heard]]:
    links = folder.parent / "links"
    links.mkdir(exist_ok=True)
    for wheel in (FOO, BAR, EXTRA, OLD):
        wheels.write(wheel, links)
    environ = {
        "HOME": str(folder.parent),
        "PATH": "/usr/bin:/bin",
        "UV_CACHE_DIR": str(folder.parent / "uv"),
        "PIP_FIND_LINKS": str(links),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    heard = smallbase.Heard()
    wanted = smallbase.world().wanted(folder, environ=environ, store=folder.parent / "store", progress=heard)
    with ExitStack() as stack:
        tools = stack.enter_context(tools_for(wanted))
        project = read.read(folder, environ=environ)
        yield Locks(project, settings or Settings(), environ, offline=False, locked=locked), tools, heard


def lock_of(folder: Path, texts: dict[str, str], **more: object) -> Lock:
    folders.make(folder, {"main.py": "x = 1\n", **texts})
    with read_with(folder, **more) as (locks, tools, _):  # type: ignore[arg-type]
        return locks.read(TARGET, tools)


def names(lock: Lock) -> list[str]:
    return [f"{one.name} {one.version}" for one in lock.packages]


def test_a_folder_without_dependencies_has_an_empty_lock(tmp_path: Path) -> None:
    assert lock_of(tmp_path / "p", {}) == Lock((), "no dependencies")


def test_a_pyproject_is_resolved_in_memory_and_said_so(tmp_path: Path) -> None:
    folder = folders.make(
        tmp_path / "p", {"pyproject.toml": '[project]\nname = "p"\nversion = "1"\ndependencies = ["bbfoo"]\n'}
    )
    with read_with(folder) as (locks, tools, heard):
        lock = locks.read(TARGET, tools)
    assert names(lock) == ["bbbar 2.0", "bbfoo 1.0"]
    assert lock.origin == "resolved from pyproject.toml"
    assert "is no lock" in heard.notes[0]
    assert sorted(path.name for path in folder.iterdir()) == ["pyproject.toml"]


def test_plain_requirements_are_resolved(tmp_path: Path) -> None:
    assert names(lock_of(tmp_path / "p", {"requirements.txt": "bbfoo\n"})) == ["bbbar 2.0", "bbfoo 1.0"]


def test_locked_refuses_to_resolve(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--locked refuses") as caught:
        lock_of(tmp_path / "p", {"requirements.txt": "bbfoo\n"}, locked=True)
    assert "bareboat lock" in caught.value.hint


def test_extras_are_resolved_when_they_are_asked_for(tmp_path: Path) -> None:
    text = (
        '[project]\nname = "p"\nversion = "1"\ndependencies = ["bbbar"]\n'
        '[project.optional-dependencies]\nmore = ["bbextra"]\n'
    )
    assert names(lock_of(tmp_path / "p", {"pyproject.toml": text})) == ["bbbar 2.0"]
    asked = lock_of(tmp_path / "p", {"pyproject.toml": text}, settings=Settings(extras=("more",)))
    assert names(asked) == ["bbbar 2.0", "bbextra 3.0"]


def test_a_resolved_text_is_a_lock_that_is_then_obeyed(tmp_path: Path) -> None:
    folder = folders.make(tmp_path / "p", {"requirements.txt": "bbfoo\n", "main.py": ""})
    with read_with(folder) as (locks, tools, _):
        (folder / "pylock.toml").write_text(locks.resolve(TARGET, tools))
    with read_with(folder, locked=True) as (locks, tools, heard):
        lock = locks.read(TARGET, tools)
    assert names(lock) == ["bbbar 2.0", "bbfoo 1.0"]
    assert (lock.origin, heard.notes) == ("pylock.toml", [])


def hashed(*held: wheels.Wheel) -> str:
    lines = []
    for wheel in held:
        name, version, *_ = wheel.filename.split("-")
        lines.append(f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.data).hexdigest()}\n")
    return "".join(lines)


def test_hashed_requirements_are_looked_up_once(tmp_path: Path) -> None:
    folder = folders.make(tmp_path / "p", {"requirements.txt": hashed(FOO, BAR), "main.py": ""})
    with read_with(folder, locked=True) as (locks, tools, heard):
        first = locks.read(TARGET, tools)
        asked = len(heard.of(Kind.RESOLVE))
        assert locks.read(TARGET, tools) == first
        assert len(heard.of(Kind.RESOLVE)) == asked
    assert names(first) == ["bbbar 2.0", "bbfoo 1.0"]


def test_a_hash_that_no_file_has_is_refused(tmp_path: Path) -> None:
    text = hashed(BAR).replace(hashlib.sha256(BAR.data).hexdigest(), "0" * 64)
    with pytest.raises((IntegrityError, ResolveError), match="bbbar"):
        lock_of(tmp_path / "p", {"requirements.txt": text})


def test_a_package_without_a_wheel_for_the_target_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResolveError, match="bbold"):
        lock_of(tmp_path / "p", {"requirements.txt": "bbold\n"})


def test_what_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResolveError, match="bbnothing"):
        lock_of(tmp_path / "p", {"requirements.txt": "bbnothing\n"})


@pytest.mark.parametrize(
    ("option", "is_built"), [("", False), ("--no-binary bbfoo\n", True), ("--no-binary bbbar\n", False)]
)
def test_no_binary_takes_the_sources_that_are_hashed(tmp_path: Path, option: str, *, is_built: bool) -> None:
    sources = b"never opened"
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "bbfoo-1.0.tar.gz").write_bytes(sources)
    held = hashed(FOO).rstrip() + f" --hash=sha256:{hashlib.sha256(sources).hexdigest()}\n"
    (package,) = lock_of(tmp_path / "p", {"requirements.txt": option + held}).packages
    assert (package.sdist is not None, package.wheel is not None) == (is_built, not is_built)


def test_only_binary_refuses_sources(tmp_path: Path) -> None:
    sources = b"never opened"
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "bbsource-1.0.tar.gz").write_bytes(sources)
    line = f"bbsource==1.0 --hash=sha256:{hashlib.sha256(sources).hexdigest()}\n"
    assert lock_of(tmp_path / "p", {"requirements.txt": line}).packages[0].sdist is not None
    with pytest.raises(ResolveError, match=r"bbsource 1\.0 has no wheel that fits, and --only-binary asks"):
        lock_of(tmp_path / "q", {"requirements.txt": f"--only-binary :all:\n{line}"})
