"""A lock turned into a requirements file, in a stage of its own."""

from msgspec.structs import replace

from bareboat.dockerfile.make import file
from bareboat.dockerfile.render import render
from bareboat.forms import export
from bareboat.plan.blueprint import Dependencies, Origin
from blueprints import DJANGO, FLASK, PACKAGE, PLAIN, options


def text(*items: object) -> str:
    return render(file(*items))  # type: ignore[arg-type]


def test_requirements_need_no_export() -> None:
    assert export.stages(FLASK, options()) == ()
    path, held = export.requirements(FLASK)
    assert path == "/tmp/requirements/requirements.txt"
    assert [flag.value for flag in held] == [
        "type=bind,source=requirements.txt,target=/tmp/requirements/requirements.txt",
        "type=bind,source=requirements/base.txt,target=/tmp/requirements/requirements/base.txt",
    ]


def test_a_lock_keeps_its_hashes() -> None:
    assert export.requirements(PACKAGE)[0] == export.EXPORTED
    assert "uv export --locked --no-dev --no-emit-workspace" in text(*export.stages(PACKAGE, options()))
    assert "poetry export --no-interaction --only main,web" in text(*export.stages(DJANGO, options()))
    assert "uv pip compile --generate-hashes --quiet --extra web" in text(*export.stages(PLAIN, options()))
    for blueprint in (PACKAGE, DJANGO, PLAIN, FLASK):
        assert export.has_hashes(blueprint.dependencies)
    assert not export.has_hashes(Dependencies(Origin.REQUIREMENTS))


def test_poetry_is_of_the_lock_s_generation() -> None:
    old = replace(DJANGO, dependencies=replace(DJANGO.dependencies, generation=1, extras=("pg",)))
    said = text(*export.stages(old, options()))
    assert "ARG POETRY_VERSION=1." in said
    assert "poetry-plugin-export==1.8" in said
    assert export.poetry_arguments(old.dependencies) == "--only main,web --extras pg"


def test_selection() -> None:
    held = Dependencies(Origin.UV_LOCK, extras=("a",), groups=("b",))
    assert export.selection(held) == " --extra a --group b"


def test_uv_is_pinned_where_its_digest_is_known() -> None:
    digest = "sha256:" + "b" * 64
    plain = options()
    image = text(*export.uv_image(plain)).split()[1]
    pins = {image.replace("${UV_VERSION}", "0.13.8"): digest}
    pinned = replace(plain, base=replace(plain.base, pins=pins))
    assert digest in text(*export.uv_image(pinned))
