"""Shared libraries that Python packages want: held back, in the archive, or nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import smallbase
from bareboat.build.bases import Bases
from bareboat.build.natives import find, heavy, held_back
from bareboat.build.prepare import tools_for
from bareboat.build.ready import Ready
from bareboat.build.wishes import wishes
from bareboat.debian import lockfile
from bareboat.facts.artifact import Artifact, Role
from bareboat.facts.opened import Opened
from bareboat.finding import Severity
from bareboat.lock import BaseLock
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.tree.tree import Tree


def ready(name: str, role: Role = Role.DEPENDENCY, **more: tuple[object, ...]) -> Ready:
    return Ready(Artifact(role, name, "1", name, 1, 1, **more), Tree)  # type: ignore[arg-type]


def opens(*names: str, is_optional: bool = False, module: str = "a") -> tuple[Opened, ...]:
    return (Opened(module, "a.py:3", names, is_optional),)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Bases, BaseLock, Path]]:
    world = smallbase.world()
    folder = smallbase.project(tmp_path / "shop")
    wanted = world.wanted(folder)
    with tools_for(wanted) as tools:
        bases = Bases(wanted, Settings(), tools)
        project = read.read(folder, environ=world.environ)
        yield bases, next(bases.candidates(wishes(project, python=None, suite=None))).base, folder


def test_what_the_image_has_needs_nothing(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    below = [ready("libc6", Role.BASE, provided=("libc.so.6",))]
    found = find(bases, base, below, [ready("numpy", needed=("libc.so.6",))])
    assert (found.base, found.kept, found.because, found.findings) == (base, (), {}, ())


def test_what_the_archive_has_joins_with_its_reason(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    above = [ready("b", needed=("libextra.so.1",)), ready("a", needed=("libextra.so.1",))]
    found = find(bases, base, [], above)
    assert found.because == {"libextra1": "has libextra.so.1, needed by a, b"}
    assert "libextra1" in {one.name for one in found.base.packages}
    assert found.findings == ()


def test_what_a_package_holds_back_is_kept(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    below = [ready("libc6", Role.BASE, withheld=("libnsl.so.1",))]
    found = find(bases, base, below, [ready("old", needed=("libnsl.so.1",))])
    assert (found.base, found.kept, found.findings) == (base, ("libnsl.so.1",), ())


def test_what_nobody_has_is_a_finding(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    found = find(bases, base, [], [ready("torch", needed=("libcuda.so.1",))])
    (finding,) = found.findings
    assert (finding.where, finding.severity) == ("torch", Severity.WARNING)
    assert "libcuda.so.1" in finding.message
    assert finding.hint


def test_what_another_wheel_brings_for_itself_is_no_finding(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    above = [ready("torch", needed=("libcudart.so.12",)), ready("nvidia", bundled=("libcudart.so.12",))]
    assert not find(bases, base, [], above).findings


def test_what_is_opened_by_name_joins_with_its_reason(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    above = [ready("magic", opened=opens("libnone.so.1", "-lextra"))]
    found = find(bases, base, [], above, lambda: {"a"})
    assert found.because == {"libextra1": "has libextra, opened by magic (a.py:3)"}
    assert not found.findings


def test_what_the_base_has_is_not_brought_again(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    below = [ready("libc6", Role.BASE, provided=("libc.so.6",), withheld=("libnsl.so.1",))]
    above = [ready("a", opened=opens("-lc")), ready("b", opened=opens("-lnsl"))]
    found = find(bases, base, below, above, lambda: {"a"})
    assert (found.because, found.kept, found.findings) == ({}, ("libnsl.so.1",), ())


def test_an_optional_library_is_offered(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    found = find(bases, base, [], [ready("bot", opened=opens("-lextra", is_optional=True))], lambda: {"a"})
    assert found.because == {}
    (finding,) = found.findings
    assert finding.severity is Severity.INFO
    assert finding.hint.endswith('packages = ["libextra1"]')


def test_what_is_not_imported_is_left_out_and_told(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    above = [ready("django", opened=opens("-lextra", module="django.contrib.gis"))]
    found = find(bases, base, [], above, lambda: {"django"})
    assert (found.because, found.findings) == ({}, ())
    (decision,) = found.decisions
    assert decision.value == "django (libextra)"


def test_what_is_opened_and_nowhere_is_a_finding(held: tuple[Bases, BaseLock, Path]) -> None:
    bases, base, _ = held
    found = find(bases, base, [], [ready("usb", opened=opens("-lnone"))], lambda: {"a"})
    (finding,) = found.findings
    assert "libnone (a.py:3)" in finding.message


def test_a_pinned_base_is_not_extended(held: tuple[Bases, BaseLock, Path]) -> None:
    _, base, folder = held
    (folder / lockfile.NAME).write_text(lockfile.render([base]))
    wanted = smallbase.world().wanted(folder)
    with tools_for(wanted) as tools:
        found = find(Bases(wanted, Settings(), tools), base, [], [ready("a", needed=("libextra.so.1",))])
    assert found.base == base
    assert [one.where for one in found.findings] == ["a"]


def test_what_one_needs_and_another_holds_back() -> None:
    gdal = Artifact(
        Role.NATIVE, "libgdal39", "1", "g", 1, 1, needed=("libmvec.so.1", "libz.so.1", "libx.so.1")
    )
    libc = Artifact(Role.BASE, "libc6", "1", "c", 1, 1, withheld=("libmvec.so.1", "libnsl.so.1", "libz.so.1"))
    zlib = Artifact(Role.BASE, "zlib1g", "1", "z", 1, 1, provided=("libz.so.1",))
    assert held_back([gdal, libc, zlib]) == {"libmvec.so.1"}
    assert held_back([libc, zlib]) == frozenset()


def test_large_additions_are_said_with_their_sizes() -> None:
    small = Artifact(Role.NATIVE, "libz1", "1", "z", 1_000, 1)
    large = Artifact(Role.NATIVE, "libllvm19", "1", "l", 130_000_000, 1)
    assert heavy([small], {"libz1": "has libz.so.1"}) == ()
    (finding,) = heavy([small, large], {"libz1": "has libz.so.1, needed by a"})
    assert finding.message == (
        "130 MB in 2 Debian packages were added, with libllvm19 130 MB, libz1 0 MB: "
        "libz1 has libz.so.1, needed by a"
    )
    assert finding.severity is Severity.WARNING
