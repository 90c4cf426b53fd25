"""The commands of a pipeline, for every kind of project."""

import shlex

import pytest
from msgspec.structs import replace

from bareboat.errors import InputError
from bareboat.forms.pipeline import Scan, audit, build, locks, trials
from bareboat.forms.versions import AUDIT, POETRY, POETRY_EXPORT
from bareboat.plan.blueprint import Blueprint, Checks, Dependencies, Origin
from blueprints import ALL, DJANGO, FLASK, PACKAGE, PLAIN, WORKSPACE
from pipelines import PYLOCK, pipeline

NOTHING = replace(FLASK, dependencies=Dependencies(Origin.NONE), tests=Checks())
LOOSE = replace(FLASK, dependencies=Dependencies(Origin.REQUIREMENTS, ("requirements.txt",)), tests=Checks())
LEGACY = replace(DJANGO, dependencies=replace(DJANGO.dependencies, generation=1))
POETRY_ALONE = replace(
    PLAIN,
    dependencies=Dependencies(Origin.PYPROJECT, pyproject="pyproject.toml", is_standard=False),
    tests=Checks(),
)
GROUP = replace(PYLOCK, tests=Checks("group", "test", ("coverage",)))
INSTALL = "uv pip install --python .venv "


@pytest.mark.parametrize(
    ("blueprint", "expected"),
    [
        (PACKAGE, ["uv run --locked --extra test pytest"]),
        (WORKSPACE, ["uv run --locked --extra test pytest"]),
        (replace(PACKAGE, tests=Checks()), ["uv run --locked --with pytest pytest"]),
        (
            replace(PACKAGE, tests=Checks("group", "dev", ("pytest-cov",))),
            ["uv run --locked --group dev pytest"],
        ),
        (PLAIN, ["uv run --extra test pytest"]),
        (
            DJANGO,
            [
                f"uvx poetry=={POETRY[2]} install --all-extras",
                f"uvx poetry=={POETRY[2]} run python -m pytest",
            ],
        ),
        (
            LEGACY,
            [
                f"uvx poetry=={POETRY[1]} install --all-extras",
                f"uvx poetry=={POETRY[1]} run python -m pytest",
            ],
        ),
        (LOOSE, ["uv venv", INSTALL + "-r requirements.txt pytest", ".venv/bin/python -m pytest"]),
        (NOTHING, ["uv venv", INSTALL + "pytest", ".venv/bin/python -m pytest"]),
        (POETRY_ALONE, ["uv venv", INSTALL + "pytest", ".venv/bin/python -m pytest"]),
        (
            PYLOCK,
            [
                "uv venv",
                INSTALL + "-r pylock.toml pytest",
                INSTALL + "-e '.[test]'",
                ".venv/bin/python -m pytest",
            ],
        ),
        (
            GROUP,
            [
                *("uv venv", INSTALL + "-r pylock.toml pytest", INSTALL + "-e .", INSTALL + "--group test"),
                ".venv/bin/python -m pytest",
            ],
        ),
    ],
)
def test_tests(blueprint: Blueprint, expected: list[str]) -> None:
    assert list(trials(pipeline(blueprint))) == expected


def test_no_tests_no_command() -> None:
    assert trials(replace(pipeline(FLASK), has_tests=False)) == ()


def test_test_requirements_beside() -> None:
    found = trials(replace(pipeline(LOOSE), beside=("requirements-dev.txt",)))
    assert found[1] == INSTALL + "-r requirements.txt -r requirements-dev.txt pytest"


def test_build_and_what_its_cache_depends_on() -> None:
    made = pipeline(WORKSPACE)
    assert (
        build(made, out="image.tar") == "uvx bareboat==1.2.3 build services/api --output image.tar --locked"
    )
    assert locks(made) == ("uv.lock", "services/api/bareboat.lock")
    assert made.context == ""
    assert (
        build(replace(made, is_locked=False), out="x") == "uvx bareboat==1.2.3 build services/api --output x"
    )
    assert build(pipeline(PLAIN), out="x") == "uvx bareboat==1.2.3 build . --output x"
    nested = replace(pipeline(FLASK), folder="apps/shop", is_locked=False)
    assert (nested.context, locks(nested)) == ("apps/shop", ("apps/shop/requirements.txt",))
    deep = replace(made, folder="backend/services/api")
    assert (deep.context, locks(deep)[0]) == ("backend", "backend/uv.lock")
    assert locks(replace(pipeline(NOTHING), is_locked=False)) == ()


LOOK = f"uvx pip-audit=={AUDIT} "
EXPORTED = LOOK + "--require-hashes --disable-pip -r audited-requirements.txt"
EXPORT = f"uvx --with poetry-plugin-export=={POETRY_EXPORT[2]} poetry=={POETRY[2]} export"
COMPILE = "uv pip compile --quiet --generate-hashes "
OUT = " --output-file audited-requirements.txt"


@pytest.mark.parametrize(
    ("blueprint", "expected"),
    [
        (FLASK, [LOOK + "--require-hashes --disable-pip -r requirements.txt"]),
        (PYLOCK, [LOOK + "--locked ."]),
        (
            PACKAGE,
            ["uv export --quiet --locked --no-default-groups --no-emit-workspace" + OUT, EXPORTED],
        ),
        (PLAIN, [COMPILE + "pyproject.toml --extra web" + OUT, EXPORTED]),
        (LOOSE, [COMPILE + "requirements.txt" + OUT, EXPORTED]),
        (
            DJANGO,
            [
                f"{EXPORT} --output audited-requirements.txt",
                EXPORTED,
            ],
        ),
    ],
)
def test_audit(blueprint: Blueprint, expected: list[str]) -> None:
    assert list(audit(pipeline(blueprint, scan=Scan.PIP_AUDIT))) == expected


def test_nothing_to_look_up() -> None:
    with pytest.raises(InputError, match="names no packages to look up") as caught:
        audit(pipeline(NOTHING))
    assert caught.value.hint == "use trivy or grype, which look at the image"


@pytest.mark.parametrize("name", ALL)
def test_every_command_is_one_for_a_shell(name: str) -> None:
    made = pipeline(ALL[name])
    for line in (*trials(made), *audit(made), build(made, out="image.tar")):
        assert shlex.split(line)[0] in {"uv", "uvx", ".venv/bin/python"}
