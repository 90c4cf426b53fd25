"""The baselines: one stage, no caricature."""

import pytest
from msgspec.structs import replace

from bareboat.dockerfile.render import render
from bareboat.forms import registry, single
from bareboat.plan.blueprint import Dependencies, Origin
from blueprints import ALL, DJANGO, FLASK, SOURCE, options


@pytest.mark.parametrize("project", sorted(ALL))
@pytest.mark.parametrize("form", ["single-slim", "single-full"])
def test_one_stage(project: str, form: str) -> None:
    text = render(registry.find(form).write(ALL[project], options()))
    assert text.count("\nFROM ") == 1
    assert "baseline" in text


def test_nothing_to_install() -> None:
    none = replace(FLASK, dependencies=Dependencies(Origin.NONE))
    assert "Nothing to install" in render(registry.find("single-slim").write(none, options()))


def test_pylock_and_compilers() -> None:
    lock = replace(SOURCE, dependencies=Dependencies(Origin.PYLOCK, ("pylock.toml",)))
    text = render(registry.find("single-slim").write(lock, options()))
    assert "-r pylock.toml" in text
    assert "libpq-dev" in text


def test_a_refusal() -> None:
    old = replace(DJANGO, dependencies=replace(DJANGO.dependencies, generation=1))
    assert "Poetry 1" in str(single.refusal(old))
