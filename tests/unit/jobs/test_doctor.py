"""What works here and what is missing, each with the way out."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat.jobs.context import Context
from bareboat.jobs.doctor import Check, doctor


@pytest.fixture
def context(tmp_path: Path) -> Context:
    context = smallbase.world().context(store=tmp_path / "not" / "there" / "yet")
    return replace(context, environ={**context.environ, "PATH": os.environ["PATH"]})


def checks(context: Context) -> dict[str, Check]:
    return {one.name: one for one in doctor(context)}


def test_a_machine_that_builds_lacks_nothing_needed(context: Context) -> None:
    found = checks(context)
    assert [one.name for one in found.values() if one.needed and not one.works] == []
    assert {"uv", "git", "cache", "archive keys", "Debian mirror", "Debian security mirror"} <= set(found)
    assert {"docker", "podman", "user namespaces"} <= set(found)
    assert found["Debian mirror"].seen.endswith("(BAREBOAT_DEBIAN_MIRROR)")


def test_it_changes_nothing(context: Context) -> None:
    checks(context)
    assert not context.store.exists()


def test_what_is_missing_has_a_way_out(context: Context) -> None:
    found = checks(replace(context, environ={**context.environ, "PATH": "/nonexistent"}))
    for name in ("git", "docker", "podman"):
        assert not found[name].works
        assert found[name].hint
    assert found["uv"].works, "it comes with bareboat"


def test_a_mirror_that_does_not_answer_is_needed(context: Context, tmp_path: Path) -> None:
    environ = {**context.environ, "BAREBOAT_DEBIAN_MIRROR": (tmp_path / "nothing").as_uri()}
    found = checks(replace(context, environ=environ))["Debian mirror"]
    assert (found.works, found.needed) == (False, True)
    assert found.hint


def test_the_second_mirror_counts_too(context: Context, tmp_path: Path) -> None:
    second = context.environ["BAREBOAT_DEBIAN_MIRROR"]
    environ = {**context.environ, "BAREBOAT_DEBIAN_MIRROR": f"{(tmp_path / 'nothing').as_uri()} {second}"}
    assert checks(replace(context, environ=environ))["Debian mirror"].works


def test_a_mirror_that_is_none_is_told(context: Context) -> None:
    environ = {**context.environ, "BAREBOAT_DEBIAN_MIRROR": "nonsense"}
    found = checks(replace(context, environ=environ))["Debian mirror"]
    assert not found.works
    assert "not the address of a mirror" in found.seen


def test_credentials_of_a_mirror_are_not_shown(context: Context) -> None:
    environ = {**context.environ, "BAREBOAT_DEBIAN_MIRROR": "http://me:secret@127.0.0.1:9/debian"}
    found = checks(replace(context, environ=environ, offline=True))["Debian mirror"]
    assert not found.works
    assert "secret" not in str(found.document())


def test_a_check_is_a_document() -> None:
    check = Check("x", works=False, seen="y", hint="z", needed=True)
    assert check.document() == {"name": "x", "works": False, "seen": "y", "hint": "z", "needed": True}
