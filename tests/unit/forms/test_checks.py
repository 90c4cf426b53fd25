"""The stages that the final one waits for."""

from msgspec.structs import replace

from bareboat.dockerfile.render import render
from bareboat.forms import checks, registry
from bareboat.forms.final import Installed
from bareboat.plan.blueprint import Checks
from blueprints import FLASK, PLAIN, options


def test_nothing_is_added_unasked() -> None:
    assert checks.stages(FLASK, options(), Installed("builder")) == ((), ())


def test_the_final_stage_waits() -> None:
    text = render(registry.find("pip-venv").write(FLASK, options(has_tests=True, has_scan=True)))
    assert "FROM builder AS test" in text
    assert "FROM builder AS scan" in text
    final = text.partition(" AS final")[2]
    assert "COPY --from=test /passed/ /\nCOPY --from=scan /passed/ /" in final


def test_requirements_of_the_tests_are_quoted() -> None:
    text = render(registry.find("pip-venv").write(FLASK, options(has_tests=True)))
    assert """install --disable-pip-version-check 'pytest>=8' 'httpx; """ in text
    bare = replace(PLAIN, tests=Checks())
    assert "'pytest>=9'" in render(registry.find("pip-venv").write(bare, options(has_tests=True)))
