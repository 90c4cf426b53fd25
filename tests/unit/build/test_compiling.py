"""The place that sources are built in: in the sandbox, or on the host where that was asked for."""

from pathlib import Path

import smallbase
from bareboat.build import compiling
from bareboat.build.bases import Bases, target_of
from bareboat.build.prepare import tools_for
from bareboat.build.unconfined import Unconfined
from bareboat.build.wishes import wishes
from bareboat.build.workshop import Workshop
from bareboat.plan.settings import Build, Settings
from bareboat.project import read


def test_the_sandbox_unless_the_host_was_asked_for(tmp_path: Path) -> None:
    world = smallbase.world()
    folder = smallbase.project(tmp_path / "shop")
    settings = Settings(build=Build(packages=("libdemo-dev",), env={"A": "b"}))
    for sandboxed, kind in ((True, Workshop), (False, Unconfined)):
        wanted = world.wanted(folder, sandboxed=sandboxed)
        with tools_for(wanted) as tools:
            bases = Bases(wanted, settings, tools)
            project = read.read(folder, environ=wanted.environ)
            candidate = next(iter(bases.candidates(wishes(project, python=None, suite=None))))
            base = bases.completed(candidate)
            yard = compiling.yard(wanted, settings, bases, base, target_of(base), tools)
            assert isinstance(yard.works, kind)
            assert (yard.packages, yard.given) == (("libdemo-dev",), {"A": "b"})
            assert compiling.sdists(wanted, yard, tools, logins={}).yard is yard
