"""Which Python a Dockerfile is written for."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bareboat.errors import InputError, ResolveError
from bareboat.jobs.pythons import UNMET, choose, unmet
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.project.fact import Fact
from bareboat.project.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "app.py").write_text("x = 1\n")
    return read.read(tmp_path, environ={})


def chosen(
    project: Project, base: str = "slim", poetry: dict[str, Any] | None = None, **settings: Any
) -> str:
    return str(choose(project, Settings(**settings), base=base, poetry=poetry or {})[0])


def test_the_preferred_one_that_is_allowed(project: Project) -> None:
    assert chosen(project) == "3.13"
    assert chosen(replace(project, requires_python=Fact("<3.13", "pyproject.toml:2"))) == "3.12"
    assert chosen(project, python="3.14.1") == "3.14"
    assert chosen(replace(project, wishes=(Fact("3.11", ".python-version"),))) == "3.11"


def test_distroless_has_what_its_suite_has(project: Project) -> None:
    assert chosen(replace(project, wishes=(Fact("3.12", ".python-version"),)), "distroless") == "3.13"
    assert chosen(project, "distroless", suite="bookworm") == "3.11"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^3.12", "3.13"),
        ("~3.11", "3.11"),
        (">=3.14", "3.14"),
        ("*", "3.13"),
        ("^3.11,<3.13", "3.12"),
        ("3.12", "3.12"),
    ],
)
def test_poetry_s_own_words(project: Project, text: str, expected: str) -> None:
    assert chosen(project, poetry={"dependencies": {"python": text}}) == expected


def test_refusals(project: Project) -> None:
    bound = replace(project, requires_python=Fact("<3.9", "pyproject.toml:2"))
    with pytest.raises(ResolveError, match=r"allows Python <3\.9"):
        chosen(bound)
    with pytest.raises(ResolveError, match="asked for"):
        chosen(bound, python="3.13")
    with pytest.raises(InputError, match="no Python version"):
        chosen(project, python="latest")
    with pytest.raises(InputError, match="no version constraint"):
        chosen(project, poetry={"dependencies": {"python": "^x"}})


def said(project: Project, base: str = "slim", **settings: Any) -> list[tuple[str, str]]:
    held = Settings(**settings)
    python, decision = choose(project, held, base=base, poetry={})
    found = unmet(held, python, decision, base=base)
    assert {one.code for one in found} <= {UNMET}
    return [(one.where, one.message) for one in found]


def test_an_interpreter_that_images_do_not_have_is_told(project: Project) -> None:
    assert said(project) == []
    assert said(project, interpreter="any", python="3.12") == []
    ((where, message),) = said(project, interpreter="standalone")
    assert where == "interpreter setting"
    assert message.endswith("a Dockerfile has the Python of its image")


def test_a_version_that_no_image_is_known_to_have_is_told(project: Project) -> None:
    wished = replace(project, wishes=(Fact("3.9", ".python-version"),))
    assert said(wished) == [
        (
            ".python-version",
            "Python 3.9 is asked for, and the official images are known to come in 3.10 to 3.14",
        )
    ]
    assert said(project, python="3.15")[0][0] == "python setting"
    assert said(wished, "registry.example/python:3.9") == []


def test_a_patch_release_is_the_tags_own(project: Project) -> None:
    for reason in (
        choose(project, Settings(python="3.12.4"), base="slim", poetry={})[1].reason,
        choose(
            replace(project, wishes=(Fact("3.12.4", ".python-version"),)), Settings(), base="slim", poetry={}
        )[1].reason,
    ):
        assert reason.endswith("for, as 3.12.4: the image has the newest of its kind")
