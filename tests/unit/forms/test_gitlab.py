"""The pipeline as GitLab reads it: stages, rules, images of one release, nothing secret."""

import os
import re
from typing import Any

import pytest
from msgspec.structs import replace
from ruamel.yaml import YAML

from bareboat.forms.gitlab import PLACE, gitlab
from bareboat.forms.pipeline import Builder, Scan
from blueprints import ALL
from pipelines import GOLDEN, UPDATE, cases, pipeline

EVERY = [(name, builder, scan) for name in ALL for builder in Builder for scan in Scan]
JOBS = ["test", "build", "sbom", "scan", "push"]


def read(text: str) -> Any:
    return YAML(typ="safe").load(text)


@pytest.mark.parametrize(("file", "text"), [case for case in cases() if case[0].startswith("gitlab")])
def test_it_is_the_golden_one(file: str, text: str) -> None:
    if os.environ.get(UPDATE):
        (GOLDEN / file).write_text(text)
    assert (GOLDEN / file).read_text() == text, f"{UPDATE}=1 renews it"


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {name for name, _ in cases()}


@pytest.mark.parametrize(("name", "builder", "scan"), EVERY)
def test_what_holds_for_every_pipeline(name: str, builder: Builder, scan: Scan) -> None:
    text = gitlab(pipeline(ALL[name], builder, scan))
    assert text == gitlab(pipeline(ALL[name], builder, scan))
    made = read(text)
    assert made["stages"] == ["test", "build", "scan", "push"]
    assert [key for key, value in made.items() if isinstance(value, dict) and "script" in value] == JOBS
    assert all(made[job]["stage"] in made["stages"] for job in JOBS)
    never = {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"', "when": "never"}
    assert made["push"]["rules"][0] == never
    assert made["push"]["artifacts"]["reports"]["dotenv"] == "image.env"
    assert "$CI_REGISTRY_PASSWORD" in str(made["push"]["script"])
    assert all(isinstance(line, str) for job in JOBS for line in made[job]["script"])


@pytest.mark.parametrize(("name", "builder", "scan"), EVERY)
def test_every_image_is_one_release(name: str, builder: Builder, scan: Scan) -> None:
    made = read(gitlab(pipeline(ALL[name], builder, scan)))
    images = [made[job]["image"] for job in JOBS] + made["build"].get("services", [])
    for image in images:
        named = image["name"] if isinstance(image, dict) else image
        assert re.search(r":v?\d+\.\d+\.\d+(-[a-z0-9.-]+)?$", named), named


def test_a_merge_request_reads_the_cache_and_writes_none() -> None:
    script = read(gitlab(pipeline(ALL["flask"], Builder.DOCKER)))["build"]["script"][-1]
    assert 'if [ "$CI_PIPELINE_SOURCE" != merge_request_event ]; then set -- --cache-to' in script
    assert "mode=max" in script
    assert "--output type=docker,dest=image.tar,oci-mediatypes=true" in script


def test_a_project_without_tests_has_no_test_stage() -> None:
    made = read(gitlab(replace(pipeline(ALL["flask"]), has_tests=False)))
    assert made["stages"] == ["build", "scan", "push"]
    assert "test" not in made


def test_a_project_below_the_root() -> None:
    made = read(gitlab(replace(pipeline(ALL["flask"], scan=Scan.PIP_AUDIT), folder="apps/shop")))
    assert made["test"]["script"][0] == made["scan"]["script"][0] == "cd apps/shop"
    assert made["build"]["script"][0].startswith("uvx bareboat==1.2.3 build apps/shop ")
    assert made["build"]["cache"]["key"]["files"] == ["apps/shop/requirements.txt", "apps/shop/bareboat.lock"]


def test_nothing_to_key_the_cache_by() -> None:
    bare = replace(ALL["flask"], dependencies=replace(ALL["flask"].dependencies, files=()))
    made = read(gitlab(replace(pipeline(bare), is_locked=False)))
    assert made["build"]["cache"]["key"] == "bareboat"


def test_its_place() -> None:
    assert PLACE == ".gitlab-ci.yml"
