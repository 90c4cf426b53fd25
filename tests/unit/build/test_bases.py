"""The base of a project: resolved from signed indexes, or exactly what bareboat.lock pins."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat.build.bases import Bases, read_lock, target_of
from bareboat.build.prepare import tools_for
from bareboat.build.wishes import Wishes, wishes
from bareboat.debian import lockfile
from bareboat.errors import InputError, IntegrityError, ResolveError
from bareboat.facts.artifact import Role
from bareboat.lock import BaseLock
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.target import Target

Make = Callable[..., Bases]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return smallbase.project(tmp_path / "shop")


@pytest.fixture
def make(folder: Path) -> Iterator[Make]:
    with ExitStack() as stack:

        def bases(settings: Settings | None = None, **more: object) -> Bases:
            wanted = smallbase.world().wanted(folder, **more)
            return Bases(wanted, settings or Settings(), stack.enter_context(tools_for(wanted)))

        yield bases


def asked(folder: Path, python: str | None = None) -> Wishes:
    return wishes(read.read(folder, environ=smallbase.ENVIRON), python=python, suite=smallbase.SUITE)


def resolved(folder: Path, bases: Bases) -> BaseLock:
    return next(bases.candidates(asked(folder))).base


def pin(folder: Path, *locks: BaseLock) -> None:
    (folder / lockfile.NAME).write_text(lockfile.render(locks))


def test_a_base_is_resolved_from_the_archive(folder: Path, make: Make) -> None:
    found = next(make().candidates(asked(folder)))
    base = found.base
    assert (base.suite, base.python) == (smallbase.SUITE, smallbase.FULL)
    assert {"libc6", "base-files", "ca-certificates"} <= {one.name for one in base.packages}
    assert found.decision.value == f"{smallbase.PYTHON} (Debian trixie)"
    assert target_of(base) == Target(smallbase.ARCH, smallbase.FULL, (2, 41))


def test_packages_of_the_settings_join(folder: Path, make: Make) -> None:
    base = resolved(folder, make(Settings(packages=("libextra1",))))
    assert "libextra1" in {one.name for one in base.packages}


def test_an_unknown_package_is_named(folder: Path, make: Make) -> None:
    with pytest.raises(ResolveError, match="libnothing9"):
        resolved(folder, make(Settings(packages=("libnothing9",))))


def test_a_pinned_base_is_the_only_candidate(folder: Path, make: Make) -> None:
    pin(folder, resolved(folder, make()))
    held = list(make(locked=True, offline=True).candidates(asked(folder)))
    assert [one.decision.reason for one in held] == ["pinned"]


def test_the_lock_is_read_once(folder: Path, make: Make) -> None:
    pin(folder, resolved(folder, make()))
    bases = make()
    first = bases.pinned()
    (folder / lockfile.NAME).write_text("changed under our hands")
    assert bases.pinned() is first


def test_renewing_does_not_obey_the_lock(folder: Path, make: Make) -> None:
    pin(folder, resolved(folder, make()))
    assert make(renew=True).pinned() is None


def test_a_lock_for_others_does_not_count(folder: Path, make: Make) -> None:
    base = resolved(folder, make())
    other = "arm64" if base.architecture == "amd64" else "amd64"
    pin(folder, replace(base, architecture=other))
    assert make().pinned() is None
    pin(folder, base)
    assert make(Settings(suite="bookworm")).pinned() is None
    assert make(Settings(suite="trixie")).pinned() is not None


def test_locked_without_a_lock_refuses_to_resolve(folder: Path, make: Make) -> None:
    with pytest.raises(InputError, match="--locked refuses to resolve") as caught:
        resolved(folder, make(locked=True))
    assert "bareboat lock" in caught.value.hint


@pytest.mark.parametrize(
    ("settings", "python", "said"),
    [
        (Settings(), "3.9", r"pins Python \S+, but 3\.9 is asked for"),
        (Settings(packages=("libextra1",)), None, "does not pin libextra1"),
    ],
)
def test_a_lock_that_contradicts_is_refused(
    folder: Path, make: Make, settings: Settings, python: str | None, said: str
) -> None:
    pin(folder, resolved(folder, make()))
    with pytest.raises(InputError, match=said) as caught:
        next(make(settings).candidates(asked(folder, python)))
    assert "bareboat lock --upgrade" in caught.value.hint


def test_a_lock_below_requires_python_is_refused(folder: Path, make: Make) -> None:
    pin(folder, resolved(folder, make()))
    text = (folder / "pyproject.toml").read_text().replace(">=3.11", f">3.{smallbase.PYTHON.minor + 1}")
    (folder / "pyproject.toml").write_text(text)
    with pytest.raises(InputError, match="but requires-python is"):
        resolved(folder, make())


@pytest.mark.parametrize(
    ("data", "said"), [(b"\xff\xfe", "not UTF-8"), (b"version = 99", "version 99"), (b"= =", "not TOML")]
)
def test_a_lock_that_cannot_be_read_is_refused(folder: Path, data: bytes, said: str) -> None:
    (folder / lockfile.NAME).write_bytes(data)
    with pytest.raises(InputError, match=said) as caught:
        read_lock(folder)
    assert lockfile.NAME in caught.value.where


def test_no_lock_pins_nothing(tmp_path: Path) -> None:
    assert read_lock(tmp_path) == ()


def test_the_reasons_name_who_asked(folder: Path, make: Make) -> None:
    bases = make()
    reasons = bases.because(resolved(folder, bases))
    assert reasons["libc6"] == f"needed by python{smallbase.PYTHON}-minimal"
    assert reasons["base-files"] == ""
    pin(folder, resolved(folder, bases))
    pinned = make()
    assert set(pinned.because(resolved(folder, pinned)).values()) == {"pinned in bareboat.lock"}


def test_a_library_is_found_and_its_package_joins(folder: Path, make: Make) -> None:
    bases = make()
    base = resolved(folder, bases)
    assert bases.provider(base, "libextra.so.1") == "libextra1"
    assert bases.provider(base, "libnothing.so.9") is None
    more = bases.extended(base, ["libextra1"])
    assert {one.name for one in more.packages} - {one.name for one in base.packages} == {"libextra1"}


def test_each_package_has_its_layer(folder: Path, make: Make) -> None:
    bases = make()
    base = resolved(folder, bases)
    roles = bases.roles(base)
    assert roles["libc6"] is Role.BASE
    assert roles[f"python{smallbase.PYTHON}-minimal"] is Role.INTERPRETER
    assert make().known_roles(base) == roles


def test_a_base_without_a_c_library_is_none(folder: Path, make: Make) -> None:
    base = resolved(folder, make())
    with pytest.raises(InputError, match="no C library"):
        target_of(replace(base, packages=()))
    with pytest.raises(ResolveError, match="no package of Python"):
        make().bytecode(replace(base, packages=()))


def test_several_mirrors_may_be_named(folder: Path, make: Make) -> None:
    world = smallbase.world()
    main, security = (
        world.environ[name] for name in ("BAREBOAT_DEBIAN_MIRROR", "BAREBOAT_DEBIAN_SECURITY_MIRROR")
    )
    nowhere = (world.root / "nowhere").as_uri()
    settings = Settings(mirror=f"{nowhere} {main}", security_mirror=security)
    assert resolved(folder, make(settings)).suite == "trixie"


def test_only_the_keys_that_were_handed_in_are_believed(folder: Path, make: Make, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError):
        resolved(folder, make(keys=None, store=tmp_path / "store"))
