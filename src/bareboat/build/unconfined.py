"""Sources made into a wheel on the host itself, by `--sandbox=none`: only for code that is trusted.

The host's compilers and headers are used, and an interpreter of the target's version that uv finds
or fetches. What comes out depends on the host.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from packaging.utils import parse_wheel_filename

from bareboat.build.builder import Builder
from bareboat.build.tools import Tools
from bareboat.build.workshop import Job, Made
from bareboat.errors import BuildError
from bareboat.index.config import uv_environment
from bareboat.wheel.tags import choose

__all__ = ["Unconfined"]


class Unconfined(Struct, frozen=True):
    """Builds with what the host has; `environ` is the caller's own, `place` the project's folder."""

    tools: Tools
    environ: Mapping[str, str]
    place: Path
    epoch: int
    offline: bool

    def wants(self, job: Job, builder: Builder) -> tuple[str, ...]:
        """Return nothing: the host's resolver asks the backend itself."""
        return ()

    def build(self, job: Job, builder: Builder) -> Made:
        """Return the wheel of the sources; BuildError where it does not run on the target."""
        from bareboat.index.backend import build_wheel, lock_requirements

        environ = {**uv_environment(self.environ, folder=self.place), **job.more}
        requires = lock_requirements(
            job.requires, environ=environ, source=job.laid.folder, offline=self.offline
        )
        out = job.work / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        made = build_wheel(
            job.laid.folder,
            out,
            requires=requires,
            environ=environ,
            epoch=self.epoch,
            offline=self.offline,
            python=str(builder.target.python),
        )
        if choose([made.name], builder.target) is None:
            raise BuildError(f"made {made.name}, which does not run on the target", where=job.where)
        name, version, _, _ = parse_wheel_filename(made.name)
        blob = self.tools.store.put([made.read_bytes()])
        return Made(blob, made.name, name, str(version))
