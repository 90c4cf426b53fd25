"""What the helper is told, and its refusals as errors."""

import json
from pathlib import Path

import pytest

from bareboat.errors import BuildError, InputError
from bareboat.sandbox import launch


def told(step: str) -> bytes:
    return json.dumps([step, 1, "Operation not permitted"]).encode()


def test_the_specification_is_complete() -> None:
    held = launch.specification(
        Path("/r"), ["x"], env={}, working_dir="/", user=1, hostname="h", bounds=[("/a", "/b", True)]
    )
    assert held["bounds"] == [["/a", "/b", True]]
    assert held["limits"] is None
    assert held["has_network"] is True


@pytest.mark.parametrize("step", ["execute gunicorn", "enter /app"])
def test_a_command_that_is_not_there_is_the_images_fault(step: str) -> None:
    error = launch.failure(told(step), Path("/r"))
    assert isinstance(error, InputError)
    assert error.message == f"cannot {step}: operation not permitted"


def test_a_switch_of_the_kernel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_setting", lambda name: "0" if name == "user.max_user_namespaces" else "")
    error = launch.failure(told("make the namespaces"), Path("/r"))
    assert isinstance(error, BuildError)
    assert "user.max_user_namespaces is 0" in error.message
    assert error.hint == "as root: sysctl user.max_user_namespaces=10000"


def test_any_other_refusal_names_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_setting", lambda name: "")
    error = launch.failure(told("mount /proc"), Path("/r"))
    assert error.message == "the kernel refuses to mount /proc: operation not permitted (errno 1)"
