"""One run of collectstatic where it cannot run, cannot end, or answers nonsense."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
import smalldjango
from bareboat.build import collecting
from bareboat.build.collecting import Asked
from bareboat.build.imageroot import WORK
from bareboat.build.prepare import prepared
from bareboat.errors import BuildError
from bareboat.project.django import Statics
from bareboat.sandbox import confined
from bareboat.sandbox.limits import Limits
from bareboat.target import Arch

FOUND = Statics("manage.py", "shop.settings", "static", (), "shop/settings.py:5", "manage.py")


@contextmanager
def asked(tmp_path: Path, manage: str) -> Iterator[Asked]:
    if (reason := confined.reason_against()) is not None:
        pytest.skip(reason)
    folder = smalldjango.project(tmp_path / "shop", more={"manage.py": manage})
    wanted = smallbase.world().wanted(folder, flags={"build": {"collectstatic": False}})
    with prepared(wanted) as (found, tools):
        yield Asked(
            tools,
            FOUND,
            tuple(found.ready.values()),
            env=dict(found.plan.config.env),
            given={},
            known=(),
            target=found.plan.target,
            limits=Limits(seconds=60),
            epoch=0,
        )


def test_another_machine_is_refused_with_the_way_out(tmp_path: Path) -> None:
    other = next(arch for arch in Arch if arch is not smallbase.ARCH)
    with asked(tmp_path, smalldjango.MANAGE) as held:
        foreign = replace(held, target=replace(held.target, arch=other))
        with pytest.raises(BuildError, match=r"does not run here") as error:
            collecting.run(foreign, tmp_path / "scratch")
    assert "collectstatic = false" in error.value.hint


def test_a_run_without_end_is_ended(tmp_path: Path) -> None:
    with asked(tmp_path, "while True: pass\n") as held:
        (tmp_path / "scratch").mkdir()
        with pytest.raises(BuildError, match=r"collectstatic failed: it ran for more than 2 s"):
            collecting.run(replace(held, limits=Limits(seconds=2)), tmp_path / "scratch")


def test_an_answer_that_is_none_is_a_failure(tmp_path: Path) -> None:
    code = f"import os\nos.symlink('/etc/passwd', '/{WORK}/answer.json')\nos._exit(3)\n"
    with asked(tmp_path, code) as held:
        (tmp_path / "scratch").mkdir()
        with pytest.raises(BuildError, match=r"manage.py: collectstatic failed: exit code 3"):
            collecting.run(held, tmp_path / "scratch")


def test_without_manage_py_django_is_asked_itself(tmp_path: Path) -> None:
    with asked(tmp_path, smalldjango.MANAGE) as held:
        (tmp_path / "scratch").mkdir()
        made = collecting.run(replace(held, found=replace(FOUND, manage="")), tmp_path / "scratch")
    assert (made.state, made.root, len(made.tree)) == ("collected", "/app/static", 7)
