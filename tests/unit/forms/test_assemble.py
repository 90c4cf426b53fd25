"""Whole files: as the golden ones, read back the same, the same twice."""

import os

import pytest
from msgspec.structs import replace

from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.render import render
from bareboat.dockerfile.syntax import Instruction
from bareboat.finding import Finding, Severity
from bareboat.forms import registry
from bareboat.forms.assemble import MARK
from blueprints import FLASK, options
from dockerfiles import GOLDEN, UPDATE, Case, cases

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_is_the_golden_one(case: Case) -> None:
    text = case.text()
    if os.environ.get(UPDATE):
        case.path.write_text(text, "utf-8")
    assert case.path.read_text("utf-8") == text, f"{UPDATE}=1 renews it"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_survives_its_own_text(case: Case) -> None:
    assert parse(case.text().encode()).file == case.file()


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {case.path.name for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_every_file_keeps_to(case: Case) -> None:
    items = [item for item in case.file().items if isinstance(item, Instruction)]
    keywords = [item.keyword for item in items]
    assert case.text().startswith(f"# {MARK}, form {case.form}: ")
    assert [item.arguments for item in items if item.keyword == "USER"] == [("65532:65532",)]
    assert keywords[-1] in {"CMD", "ENTRYPOINT"}
    assert items[-1].form == "exec"
    last = len(keywords) - 1 - keywords[::-1].index("FROM")
    for item in items[last:]:
        if item.keyword == "COPY" and item.flag("chown"):
            assert item.arguments[-1] == "/app/media"
        if "distroless" in case.name:
            assert item.keyword != "RUN", "a distroless image has no shell"
    for item in items:
        if item.keyword in {"ENV", "ARG"}:
            assert not any("SECRET_KEY" in word or "TOKEN" in word for word in item.arguments)


def test_what_is_said_of_several_packages_is_said_once() -> None:
    findings = tuple(Finding("BB931", name, "no wheel", Severity.WARNING) for name in ("a", "b"))
    text = render(registry.find("pip-venv").write(replace(FLASK, findings=findings), options()))
    assert text.count("no wheel") == 1
    assert "# warning: a, b: no wheel\n" in text
