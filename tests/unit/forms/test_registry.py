"""All forms, none forgotten; the default follows the project's tool."""

import ast
from pathlib import Path

import pytest
from msgspec.structs import replace

import bareboat.forms
from bareboat.dockerfile.render import render
from bareboat.errors import InputError
from bareboat.forms import registry
from bareboat.plan.blueprint import Blueprint, Dependencies, Located, Origin
from blueprints import DJANGO, FLASK, LINKED, PACKAGE, PLACES, PLAIN, WORKSPACE, options

BASE = options().base


def test_every_file_of_a_form_is_named() -> None:
    found = set()
    for path in Path(bareboat.forms.__path__[0]).glob("*.py"):
        tree = ast.parse(path.read_text())
        names = {
            t.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for t in node.targets
            if isinstance(t, ast.Name)
        }
        if {"NAME", "TITLE", "WHEN"} <= names:
            found.add(path.stem.replace("_", "-"))
    assert found == set(registry.NAMES)


@pytest.mark.parametrize(
    ("blueprint", "name"),
    [
        (FLASK, "pip-venv"),
        (PACKAGE, "uv-sync"),
        (DJANGO, "poetry-export"),
        (LINKED, "poetry-direct"),
        (replace(FLASK, dependencies=replace(FLASK.dependencies, located=Located(has_git=True))), "uv-pip"),
        (PLACES, "pip-venv"),
        (PLAIN, "uv-pip"),
        (WORKSPACE, "uv-sync"),
    ],
)
def test_the_default(blueprint: Blueprint, name: str) -> None:
    form, why = registry.default(blueprint, BASE)
    assert name == form.NAME
    assert why


def test_an_installer_may_be_asked_for() -> None:
    assert registry.default(PACKAGE, BASE, "pip")[0].NAME == "pip-venv"
    assert registry.default(FLASK, BASE, "uv")[0].NAME == "uv-pip"
    with pytest.raises(InputError, match=r"there is no poetry\.lock"):
        registry.default(FLASK, BASE, "poetry")


def test_an_unknown_form_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'pip-venv'") as caught:
        registry.find("pip-ven")
    assert "wheelhouse" in caught.value.hint


def test_reasons_against_a_form() -> None:
    found = registry.fitting(FLASK, options("distroless").base)
    assert found["pip-venv"] is None
    assert "/usr/local" in str(found["pip-prefix"])
    assert "no uv.lock" in str(found["uv-sync"])
    old = replace(DJANGO, dependencies=replace(DJANGO.dependencies, generation=1))
    with pytest.raises(InputError, match="Poetry 1"):
        registry.default(old, BASE)
    assert (
        registry.default(replace(FLASK, dependencies=Dependencies(Origin.NONE)), BASE)[0].NAME == "pip-venv"
    )


@pytest.mark.parametrize("name", registry.NAMES)
def test_a_server_that_no_lock_names_is_installed_by_every_form(name: str) -> None:
    form = registry.find(name)
    held = next(one for one in (FLASK, PACKAGE, DJANGO) if form.fits(one, options().base) is None)
    asked = replace(held, added=("gunicorn==23.0.0", "packaging==25.0"))
    text = render(form.write(asked, options()))
    (line,) = (line for line in text.splitlines() if "gunicorn==23.0.0" in line)
    assert "--no-deps" in line
    assert "gunicorn==23.0.0 packaging==25.0" in line
    assert "gunicorn==23" not in render(form.write(held, options()))
