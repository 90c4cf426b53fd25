from bareboat.debian.package import Unpacked
from bareboat.debian.parts import Part, split
from bareboat.lock import DebianPackage
from bareboat.target import PythonVersion
from bareboat.tree.tree import Tree

PYTHON = PythonVersion(3, 13)


def package(name: str, *, source: str = "", **fields: str) -> Unpacked:
    held = DebianPackage(name, "1", "amd64", "0" * 64, "p.deb", 1, source=source or name)
    lines = [f"Package: {name}", *(f"{key.replace('_', '-')}: {value}" for key, value in fields.items())]
    return Unpacked(held, Tree(), "\n".join(lines) + "\n")


BASE = (
    package("libc6", Depends="libgcc-s1, debconf (>= 0.5) | debconf-2.0"),
    package("libgcc-s1", Depends="gcc-14-base (= 14.2.0-19), libc6 (>= 2.35)"),
    package("gcc-14-base"),
    package(
        "python3.13-minimal", source="python3.13", Depends="libpython3.13-minimal (= 1), libexpat1 (>= 2.6)"
    ),
    package(
        "libpython3.13-minimal", source="python3.13", Pre_Depends="libc6 (>= 2.38)", Depends="libssl (>= 3)"
    ),
    package("libssl3t64", Provides="libssl (= 3.5)"),
    package("libexpat1"),
)
ROOTS = ("python3.13-minimal",)


def test_the_interpreter_is_what_cpython_s_source_makes_and_the_base_all_that_it_needs() -> None:
    found = split(BASE, ROOTS, python=PYTHON)
    interpreter = {name for name, part in found.items() if part is Part.INTERPRETER}
    assert interpreter == {"python3.13-minimal", "libpython3.13-minimal"}
    assert {part for name, part in found.items() if name not in interpreter} == {Part.BASE}


def test_what_only_the_project_asks_for_is_native() -> None:
    more = (
        package("libstdc++6", Depends="libc6, libgcc-s1"),
        package("libpq5", Depends="libldap2"),
        package("libldap2"),
    )
    found = split((*BASE, *more), ROOTS, python=PYTHON)
    assert {name for name, part in found.items() if part is Part.NATIVE} == {
        "libstdc++6",
        "libpq5",
        "libldap2",
    }
    assert found["libgcc-s1"] is Part.BASE


def test_packages_of_another_interpreter_are_no_interpreter() -> None:
    found = split((*BASE, package("python3.14-minimal", source="python3.14")), ROOTS, python=PYTHON)
    assert found["python3.14-minimal"] is Part.NATIVE


def test_an_edge_that_is_cut_does_not_draw_a_package_into_the_base() -> None:
    found = split((*BASE, package("debconf")), ROOTS, python=PYTHON)
    assert found["debconf"] is Part.NATIVE


def test_a_root_that_is_not_there_is_passed_over() -> None:
    assert split(BASE[:1], ("tzdata", "libc6"), python=PYTHON) == {"libc6": Part.BASE}
