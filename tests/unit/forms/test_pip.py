"""pip's part: what it cannot install, and its stages."""

from msgspec.structs import replace

from bareboat.forms import pip
from bareboat.plan.blueprint import Blueprint, Dependencies, Located, Origin
from blueprints import DJANGO, FLASK, PACKAGE, PLACES, WORKSPACE, options


def _with(blueprint: Blueprint, located: Located) -> Blueprint:
    return replace(blueprint, dependencies=replace(blueprint.dependencies, located=located))


def test_refusals() -> None:
    assert pip.refusal(FLASK) is None
    assert pip.refusal(DJANGO) is None
    assert "uv-pip" in str(pip.refusal(replace(FLASK, dependencies=Dependencies(Origin.PYLOCK))))
    assert "workspace" in str(pip.refusal(WORKSPACE))
    assert "no poetry.lock" in str(pip.poetry_refusal(FLASK))
    old = replace(DJANGO, dependencies=replace(DJANGO.dependencies, generation=1))
    assert "Poetry 1" in str(pip.refusal(old))
    assert "no hashes beside folders" in str(pip.refusal(_with(FLASK, Located(("libs/near",)))))
    assert "no hashes beside repositories" in str(pip.refusal(_with(DJANGO, Located(has_git=True))))
    assert pip.refusal(_with(FLASK, Located(archives=("kept-1.tar.gz",)))) is None
    assert pip.refusal(PLACES) is None
    legacy = replace(old, dependencies=replace(old.dependencies, is_standard=False))
    assert pip.refusal(legacy) is None


def test_the_project_is_a_stage_of_its_own() -> None:
    assert pip.project(FLASK, options(), words="x") == ((), "builder")
    items, last = pip.project(PACKAGE, options(), words="pip install")
    assert last == "install"
    assert pip.environment(PACKAGE, options())[1] == "install"
    tagged, _ = pip.project(replace(PACKAGE, asks_git=True), options(), words="pip install")
    assert "source=.git" in str(tagged[-1])
    assert "source=.git" not in str(items[-1])


def test_nothing_to_install() -> None:
    none = replace(FLASK, dependencies=Dependencies(Origin.NONE))
    assert pip.install(none, options(), "pip install") == ()
    plain = replace(FLASK, dependencies=Dependencies(Origin.REQUIREMENTS, ("requirements.txt",)))
    assert "--require-hashes" not in pip.command(plain, "pip install")[0]
