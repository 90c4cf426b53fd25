"""What a job is handed: a value, with defaults that suit a machine like any other."""

from pathlib import Path

import pytest

from bareboat.jobs.context import Context
from bareboat.progress import SILENT
from bareboat.target import Arch


def test_the_defaults_say_nothing_and_work_alone() -> None:
    context = Context({}, 1_800_000_000, Path("store"), Arch.AMD64)
    assert (context.created, context.workers, context.offline) == (0, 1, False)
    assert context.progress is SILENT
    assert context.apt_folder == Path("/etc/apt")
    assert context.keys is None


def test_it_does_not_change() -> None:
    context = Context({}, 0, Path("store"), Arch.AMD64)
    with pytest.raises(AttributeError):
        context.workers = 2  # type: ignore[misc]  # that is what is tried
