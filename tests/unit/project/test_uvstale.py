from collections.abc import Sequence

import pytest

from bareboat.errors import InputError
from bareboat.project import uvstale
from folders import TARGET

LOCK = """\
version = 1
[[package]]
name = "shop"
source = { virtual = "." }
[package.metadata]
requires-dist = [
    { name = "click", extras = ["x"], specifier = ">=8,<9" },
    { name = "numpy", marker = "python_full_version < '3.12'", specifier = "<2" },
    { name = "numpy", marker = "python_full_version >= '3.12'", specifier = ">=2" },
    { name = "lib", editable = "libs/lib" },
    { name = "psycopg", marker = "extra == 'pg'", specifier = ">=3" },
]
provides-extras = ["pg"]
[package.metadata.requires-dev]
dev = [{ name = "pytest" }]
"""

DEPENDENCIES = (
    "Click[X] <9, >=8",
    "numpy<2; python_version < '3.12'",
    "numpy>=2; python_version >= '3.12'",
    "lib>=1",
)


def check(
    dependencies: Sequence[str] = DEPENDENCIES,
    extras: dict[str, Sequence[str]] | None = None,
    groups: dict[str, Sequence[str]] | None = None,
    lock: str = LOCK,
) -> None:
    uvstale.check(
        lock,
        where="uv.lock",
        target=TARGET,
        root="shop",
        dependencies=dependencies,
        extras={"pg": ["psycopg>=3"]} if extras is None else extras,
        groups=groups or {},
    )


def test_a_lock_that_fits_is_let_through() -> None:
    check()
    check(groups={"dev": ["pytest"]})
    check((*DEPENDENCIES, "pywin32; sys_platform == 'win32'"), extras={"pg": ["psycopg>=3"], "none": []})


def test_the_same_bounds_in_other_words_are_the_same() -> None:
    check(("click[x]>=8.0,<9.0.0", *DEPENDENCIES[1:]))


def test_an_extra_may_ask_again_for_what_the_project_needs() -> None:
    again = LOCK.replace(
        '{ name = "psycopg"', '{ name = "lib", marker = "extra == \'pg\'" },\n    { name = "psycopg"'
    )
    check(extras={"pg": ["psycopg>=3", "lib"]}, lock=again)
    with pytest.raises(InputError, match="extra 'pg' differ in click"):
        check(extras={"pg": ["psycopg>=3", "lib", "click"]}, lock=again)


@pytest.mark.parametrize(
    ("dependencies", "names"),
    [
        ((*DEPENDENCIES, "flask"), "flask"),
        (DEPENDENCIES[1:], "click"),
        (("click>=8,<9", *DEPENDENCIES[1:]), "click"),
        (("click[x]>=7,<9", *DEPENDENCIES[1:]), "click"),
        ((*DEPENDENCIES[:2], "numpy>=3; python_version >= '3.12'", "lib"), "numpy"),
        (DEPENDENCIES[:3], "lib"),
    ],
)
def test_changed_dependencies_are_named(dependencies: Sequence[str], names: str) -> None:
    with pytest.raises(
        InputError, match=f"older than pyproject.toml: dependencies differ in {names}$"
    ) as caught:
        check(dependencies)
    assert "uv lock" in caught.value.hint


def test_changed_extras_and_groups_are_named() -> None:
    with pytest.raises(InputError, match=r"extra 'pg' differ in psycopg"):
        check(extras={"pg": ["psycopg>=2"]})
    with pytest.raises(InputError, match=r"extra 'new' differ in redis"):
        check(extras={"pg": ["psycopg>=3"], "new": ["redis"]})
    with pytest.raises(InputError, match=r"group 'dev' differ in ruff"):
        check(groups={"dev": ["pytest", "ruff"]})
    with pytest.raises(InputError, match=r"group 'gone' differ in x"):
        check(groups={"gone": ["x"]})


@pytest.mark.parametrize(
    "entry",
    [
        "{ specifier = '>=1' }",
        "{ name = 'a', specifier = 'x' }",
        "{ name = 'a', marker = 'x' }",
        "{ name = 1 }",
        "{ name = 'a', extras = 1 }",
    ],
)
def test_metadata_that_makes_no_sense_is_refused(entry: str) -> None:
    lock = LOCK.replace('{ name = "lib", editable = "libs/lib" }', entry)
    with pytest.raises(InputError, match="bad requirement in its metadata"):
        check(lock=lock)


def test_a_requirement_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="not a requirement"):
        check(["!!"])


def test_what_the_lock_was_made_from_is_told() -> None:
    found = uvstale.recorded(LOCK, where="uv.lock", root="shop")
    assert [fact.value for fact in found] == [
        "click[x]>=8,<9",
        "numpy<2 ; python_full_version < '3.12'",
        "numpy>=2 ; python_full_version >= '3.12'",
        "lib",
    ]


def test_of_many_differences_some_are_named() -> None:
    with pytest.raises(InputError, match=r"differ in a0, a1, a2, a3, a4, a5, a6, a7 and 3 more$"):
        check([*DEPENDENCIES, *(f"a{number}" for number in range(10)), "b"])
