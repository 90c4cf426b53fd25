"""The content_hash of pdm.lock."""

import tomllib

import pytest

from bareboat.errors import InputError
from bareboat.project.pdmstale import check, declared, indexes, name
from lockfixtures import text

PYPROJECT = """
[project]
name = "shop"
dependencies = ["flask"]
optional-dependencies = {Http = ["requests"]}
[dependency-groups]
dev = ["pytest", {include-group = "Lint"}, {include-group = "dev"}]
Lint = ["ruff"]
[tool.pdm.dev-dependencies]
dev = ["coverage"]
old = 3
[[tool.pdm.source]]
name = "pypi"
url = "https://index.invalid/simple"
[[tool.pdm.source]]
name = "own"
url = "https://${USER}@own.invalid/simple"
[[tool.pdm.source]]
name = "folder"
type = "find_links"
url = "./wheels"
"""


@pytest.mark.parametrize("held", ["pdm-4.4.1", "pdm-4.5.1", "pdm-4.5.1-graph", "pdm-4.5.1-urls"])
def test_fresh_until_something_changes(held: str) -> None:
    pyproject = tomllib.loads(text(held, "pyproject.toml"))
    check(text(held, "pdm.lock"), pyproject, where="pdm.lock")
    check(text(held, "pdm.lock"), {**pyproject, "build-system": {}}, where="pdm.lock")
    pyproject["project"]["dependencies"].append("redis")
    with pytest.raises(InputError, match=r"^pdm\.lock: older than pyproject.toml") as caught:
        check(text(held, "pdm.lock"), pyproject, where="pdm.lock")
    assert caught.value.hint == "run `pdm lock` and commit the result"
    check(text(held, "pdm.lock"), {"tool": {"pdm": {"workspace": {"members": ["a"]}}}}, where="pdm.lock")


def test_a_lock_without_a_hash_is_taken_as_it_is() -> None:
    check('[metadata]\nlock_version = "4.5.0"\n', {}, where="pdm.lock")
    with pytest.raises(InputError):
        check(
            '[metadata]\nlock_version = "4.5.0"\ncontent_hash = "sha256:00"\n', {"tool": 3}, where="pdm.lock"
        )


def test_groups_extras_and_sources() -> None:
    pyproject = tomllib.loads(PYPROJECT)
    assert declared(pyproject) == {
        "default": ("flask",),
        "http": ("requests",),
        "dev": ("pytest", "coverage", "ruff"),
        "lint": ("ruff",),
        "old": (),
    }
    assert name(pyproject) == "shop"
    assert indexes(pyproject) == ("https://${USER}@own.invalid/simple",)
    assert indexes({"tool": {"pdm": {"source": 3}}}) == ()
