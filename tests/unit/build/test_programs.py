"""Programs that an application runs: what there is to say, with the line to write."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

import smallbase
from bareboat.build import programs
from bareboat.build.bases import Bases
from bareboat.build.prepare import tools_for
from bareboat.build.ready import Ready
from bareboat.build.tools import Tools
from bareboat.build.wishes import wishes
from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding, Severity
from bareboat.lock import BaseLock
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree

SITE = "opt/venv/lib/python3.13/site-packages"
RUNS = "import subprocess\n"


def ready(name: str, role: Role, files: dict[str, str], **more: tuple[str, ...]) -> Ready:
    tree = Tree.of(file(path, text.encode()) for path, text in files.items()).with_parents()
    return Ready(Artifact(role, name, "1", f"{name} {files}", 1, 1, **more), lambda: tree)  # type: ignore[arg-type]


def application(text: str) -> Ready:
    return ready("application", Role.SOURCE, {"app/main.py": RUNS + text})


def wrapper(*calls: str, extra: int = 0) -> Ready:
    text = RUNS + "".join(
        f"def f{number}(): subprocess.run(['{call}'])\n" for number, call in enumerate(calls)
    )
    files = {f"{SITE}/wrap/__init__.py": text, **{f"{SITE}/wrap/m{number}.py": "" for number in range(extra)}}
    return ready("wrap", Role.DEPENDENCY, files, modules=("wrap",))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Bases, BaseLock, Tools]]:
    small = smallbase.world()
    folder = smallbase.project(tmp_path / "shop")
    wanted = small.wanted(folder, store=tmp_path / "store")
    with tools_for(wanted) as tools:
        bases = Bases(wanted, Settings(), tools)
        found = read.read(folder, environ=small.environ)
        yield bases, next(bases.candidates(wishes(found, python=None, suite=None))).base, tools


def find(
    world: tuple[Bases, BaseLock, Tools], *held: Ready, reached: Collection[str] = ("main", "wrap")
) -> tuple[Finding, ...]:
    bases, base, tools = world
    return programs.find(bases, base, held, tools.store, lambda: reached)


def test_a_program_of_the_application_is_named_with_its_package(
    world: tuple[Bases, BaseLock, Tools],
) -> None:
    text = "subprocess.run(['extratool', 'x'])\nsubprocess.run(['extratool'])\n"
    (finding,) = find(world, application(text))
    assert (finding.where, finding.severity) == ("main.py:2", Severity.WARNING)
    assert finding.message == "runs extratool, which the image has not, also at main.py:3"
    assert finding.hint == '[tool.bareboat] packages = ["extra-tools"]'


def test_a_shell_is_part_of_it(world: tuple[Bases, BaseLock, Tools]) -> None:
    (finding,) = find(world, application("subprocess.run('extratool x', shell=True)"))
    assert finding.message == "runs extratool through a shell, which the image has not"
    assert finding.hint.endswith('packages = ["extra-tools", "dash"]')
    (alone,) = find(world, application("subprocess.run(f'{x} y', shell=True)"))
    assert (alone.message, alone.hint) == (
        "runs sh, which the image has not",
        '[tool.bareboat] packages = ["dash"]',
    )


def test_what_the_image_has_is_no_finding(world: tuple[Bases, BaseLock, Tools]) -> None:
    there = ready("extra-tools", Role.NATIVE, {}, programs=("extratool",))
    assert find(world, there, application("subprocess.run(['extratool'])")) == ()


def test_what_is_only_looked_for_is_less_and_tests_are_nothing(world: tuple[Bases, BaseLock, Tools]) -> None:
    (finding,) = find(world, application("import shutil\nshutil.which('nowhere')"))
    assert (finding.severity, finding.message) == (
        Severity.INFO,
        "looks for nowhere, which the image has not",
    )
    assert "name the Debian package" in finding.hint
    aside = ready("application", Role.SOURCE, {"app/tests/test_a.py": RUNS + "subprocess.run(['extratool'])"})
    assert find(world, aside) == ()


def test_a_dependency_made_around_a_program_is_told_and_nothing_is_looked_up(
    world: tuple[Bases, BaseLock, Tools],
) -> None:
    held = (application("import wrap"), wrapper("extratool", "nowhere"))
    (finding,) = find(world, *held)
    assert (finding.where, finding.severity) == ("wrap", Severity.INFO)
    assert finding.message == (
        "runs what the image has not: extratool (wrap/__init__.py:2), nowhere (wrap/__init__.py:3)"
    )
    assert finding.hint == "name the Debian package that has it in [tool.bareboat] packages"
    _, _, tools = world
    assert not (tools.store.root / "records" / "debian-contents").exists()
    find(world, application("subprocess.run(['extratool'])"))  # which reads the Contents index
    assert (tools.store.root / "records" / "debian-contents").exists()
    assert find(world, *held) == (finding,)


def test_dependencies_are_passed_over_that_are_not_used_or_large(
    world: tuple[Bases, BaseLock, Tools],
) -> None:
    assert find(world, application("import os"), wrapper("extratool")) == ()
    assert find(world, application("import wrap"), wrapper("extratool"), reached=("main",)) == ()
    assert find(world, application("import wrap"), wrapper("extratool", extra=150)) == ()
    assert find(world, application("import wrap"), wrapper("a", "b", "c", "d")) == ()
