"""The workflow as GitHub reads it: rights, order, pins, nothing secret."""

import os
import re
from typing import Any

import pytest
from msgspec.structs import replace
from ruamel.yaml import YAML

from bareboat.forms.github import PLACE, github
from bareboat.forms.pins import ACTIONS
from bareboat.forms.pipeline import Builder, Scan
from blueprints import ALL
from pipelines import GOLDEN, UPDATE, cases, pipeline

EVERY = [(name, builder, scan) for name in ALL for builder in Builder for scan in Scan]


def read(text: str) -> Any:
    return YAML(typ="safe").load(text)


@pytest.mark.parametrize(("file", "text"), [case for case in cases() if case[0].startswith("github")])
def test_it_is_the_golden_one(file: str, text: str) -> None:
    if os.environ.get(UPDATE):
        (GOLDEN / file).write_text(text)
    assert (GOLDEN / file).read_text() == text, f"{UPDATE}=1 renews it"


@pytest.mark.parametrize(("name", "builder", "scan"), EVERY)
def test_what_holds_for_every_workflow(name: str, builder: Builder, scan: Scan) -> None:
    text = github(pipeline(ALL[name], builder, scan))
    assert text == github(pipeline(ALL[name], builder, scan))
    made = read(text)
    jobs = made["jobs"]
    assert list(jobs) == ["test", "build", "scan", "push"]
    assert made["permissions"] == {}
    assert made["on"].keys() == {"push", "pull_request"}
    assert made["concurrency"]["group"] == "${{ github.workflow }}-${{ github.ref }}"
    rights = {key: set(job["permissions"].items()) for key, job in jobs.items()}
    assert rights["test"] == rights["scan"] == {("contents", "read")}
    assert rights["push"] == {("packages", "write")}
    is_native = builder is Builder.NATIVE
    assert rights["build"] == {("contents", "read"), *([] if is_native else [("packages", "write")])}
    assert jobs["push"]["if"] == "github.event_name == 'push'"
    assert (jobs["scan"]["needs"], jobs["push"]["needs"]) == (["build"], ["build", "scan"])
    assert jobs["push"]["outputs"]["digest"] == "${{ steps.push.outputs.digest }}"
    assert "secrets." not in text


@pytest.mark.parametrize(("name", "builder", "scan"), EVERY)
def test_every_action_is_pinned_and_says_its_version(name: str, builder: Builder, scan: Scan) -> None:
    text = github(pipeline(ALL[name], builder, scan))
    used = re.findall(r"uses: (\S+)@(\S+) # (\S+)$", text, re.MULTILINE)
    assert len(used) == text.count("uses:")
    assert all(ACTIONS[action] == (commit, version) for action, commit, version in used)


@pytest.mark.parametrize(("name", "builder", "scan"), EVERY)
def test_nothing_from_outside_is_put_into_a_script(name: str, builder: Builder, scan: Scan) -> None:
    for job in read(github(pipeline(ALL[name], builder, scan)))["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
        checkouts = [step for step in job["steps"] if "actions/checkout" in step.get("uses", "")]
        assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_scanner_runs_where_nothing_can_be_pushed() -> None:
    for scan, action in ((Scan.TRIVY, "aquasecurity/trivy-action"), (Scan.GRYPE, "anchore/scan-action")):
        jobs = read(github(pipeline(ALL["flask"], scan=scan)))["jobs"]
        places = [key for key, job in jobs.items() if action in str(job["steps"])]
        assert places == ["scan"]


def test_a_project_without_tests_has_no_test_job() -> None:
    jobs = read(github(replace(pipeline(ALL["flask"]), has_tests=False)))["jobs"]
    assert list(jobs) == ["build", "scan", "push"]
    assert "needs" not in jobs["build"]


def test_a_project_below_the_root() -> None:
    text = github(replace(pipeline(ALL["flask"], scan=Scan.PIP_AUDIT), folder="apps/shop", is_locked=False))
    jobs = read(text)["jobs"]
    for job in ("test", "scan"):
        assert {step["working-directory"] for step in jobs[job]["steps"] if "run" in step} == {"apps/shop"}
    assert "hashFiles('apps/shop/requirements.txt')" in text
    docker = read(github(replace(pipeline(ALL["flask"], Builder.DOCKER), folder="apps/shop")))
    built = next(step for step in docker["jobs"]["build"]["steps"] if "build-push" in step.get("uses", ""))
    assert (built["with"]["context"], built["with"]["file"]) == ("apps/shop", "apps/shop/Dockerfile")


def test_another_branch() -> None:
    made = read(github(replace(pipeline(ALL["flask"]), branch="trunk")))
    assert made["on"]["push"]["branches"] == ["trunk"]
    assert made["jobs"]["push"]["steps"][-1]["env"]["BRANCH"] == "trunk"


def test_its_place() -> None:
    assert PLACE == ".github/workflows/image.yml"
