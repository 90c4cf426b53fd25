"""Sources made into a wheel: the backend run by the target's interpreter, in the sandbox, by PEP 517.

What it may see are the builder's root, its build requirements and a copy of the sources. All that it
needs was fetched before; the network is cut. The wheel's zip is written anew from its members, so
that its bytes depend on what it holds alone.
"""

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct, field
from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from bareboat.build import checkout, diagnosis
from bareboat.build.builder import HOOKS, VENV, WORK, Builder
from bareboat.build.requirements import Resolver, environment
from bareboat.build.sources import Laid, even_times
from bareboat.build.tools import Tools
from bareboat.errors import BuildError, InputError
from bareboat.lock import LockedRequirement
from bareboat.sandbox import confined
from bareboat.sandbox.confined import Bind, Outcome
from bareboat.sandbox.limits import USUAL, Limits
from bareboat.store.stored import StoredBlob
from bareboat.target import Target
from bareboat.wheel.read import WheelFile, open_wheel
from bareboat.wheel.tags import choose

__all__ = ["Job", "Made", "Workshop", "limits", "memory", "processors"]

_ANSWER = "answer.json"
_LARGEST_ANSWER = 1 << 20
_LARGEST_WHEEL = 4 << 30
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_GIB = 1 << 30
_SECONDS = 7200.0  # the large packages in C++ take more than half an hour on two processors
_PROCESSES = 64  # for each processor: a compiler is three processes, rustc has sixteen threads


class Job(Struct, frozen=True):
    """One wheel to build. `where` names it in errors; `laid` are the sources, to be written to.

    `backend` and `backend_path` are those of pyproject.toml's build system; `pins` are its locked
    requirements, None to resolve `requires`. `more` are variables that the backend sees; `way_out` is
    what may be written to do without this wheel.
    """

    where: str
    laid: Laid
    requires: tuple[str, ...]
    backend: str
    backend_path: tuple[str, ...] = ()
    pins: tuple[LockedRequirement, ...] | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    way_out: str = ""

    @property
    def work(self) -> Path:
        """The folder that the sources lie in, with all else that a build writes."""
        return self.laid.top.parent


class Made(Struct, frozen=True):
    """A wheel in the store, and what its name says."""

    blob: StoredBlob
    filename: str
    name: str
    version: str


class Workshop(Struct, frozen=True):
    """Where wheels are built: what fetches, what resolves, how much a build may use."""

    tools: Tools
    resolver: Resolver
    bounds: Limits
    epoch: int

    def wants(self, job: Job, builder: Builder) -> tuple[str, ...]:
        """Return what the backend asks for beyond `job.requires`; nothing is built."""
        wanted = self._run(job, builder, job.requires, _binds(job), builds=False).wanted
        return tuple(line for line in wanted if line not in job.requires)

    def build(self, job: Job, builder: Builder) -> Made:
        """Return the wheel that the backend makes of the sources.

        Raises BuildError with the backend's last words, and what resolving and fetching raise.
        """
        binds = _binds(job)
        answer = self._run(job, builder, job.requires, binds, builds=True)
        wanted = [line for line in answer.wanted if _holds(line, builder.target)]
        is_there = not answer.wheel and all(line not in wanted for line in answer.more)
        if not answer.wheel and (job.pins is None or is_there):
            # what was resolved for the target is all that it needs, whatever its markers leave out
            requires = (*job.requires, *wanted) if job.pins is None else job.requires
            answer = self._run(job, builder, requires, binds, builds=True, is_whole=True)
        if not answer.wheel:
            missing = ", ".join(answer.more) or "nothing that is known"
            raise BuildError(
                f"the backend asks for {missing}, which its requirements do not hold", where=job.where
            )
        return self._collected(job, answer.wheel, builder)

    def _run(  # noqa: PLR0913 - the values of one run
        self,
        job: Job,
        builder: Builder,
        requires: Sequence[str],
        binds: Sequence[Bind],
        *,
        builds: bool,
        is_whole: bool = False,
    ) -> "_Answer":
        """Run the driver in the sandbox and return its answer; with `is_whole` nothing can be missing."""
        lock = self.resolver.lock(requires, job.pins)
        installed = environment(self.tools, lock, builder.target)
        even_times(job.laid.top, self.epoch)
        work = job.work
        inside = f"/{WORK}/{job.laid.folder.relative_to(work).as_posix()}"
        for name in ("out", "tmp", "home"):
            (work / name).mkdir(exist_ok=True)
        asked = {
            "source": inside,
            "backend": job.backend,
            "backend_path": list(job.backend_path) or None,
            "builds": builds,
            "whole": is_whole,
            "out": f"/{WORK}/out",
            "answer": f"/{WORK}/{_ANSWER}",
        }
        outcome = confined.run(
            builder.root(),
            [f"/{VENV}/bin/python", "-P", "-s", f"/{HOOKS}", json.dumps(asked)],
            env=self._environ(job),
            binds=[Bind(work, f"/{WORK}", is_writable=True), Bind(installed, f"/{VENV}"), *binds],
            working_dir=inside,
            limits=self.bounds,
        )
        answer = _answer(work / _ANSWER)
        if outcome.code != 0 or outcome.stopped or answer is None or answer.unavailable:
            raise self._failure(job, builder, outcome, answer or _Answer())
        return answer

    def _environ(self, job: Job) -> dict[str, str]:
        jobs = str(max(self.tools.workers, 1))
        return {
            "PATH": f"/{VENV}/bin:/usr/bin:/bin:/usr/sbin",
            "HOME": f"/{WORK}/home",
            "TMPDIR": f"/{WORK}/tmp",  # noqa: S108 - the sandbox's own
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "SOURCE_DATE_EPOCH": str(self.epoch),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONNOUSERSITE": "1",
            "PYTHONUNBUFFERED": "1",
            "NO_COLOR": "1",
            "CARGO_NET_OFFLINE": "true",
            "GOFLAGS": "-mod=mod",
            "GOPROXY": "off",
            "PIP_NO_INDEX": "1",
            "UV_OFFLINE": "1",
            "CMAKE_BUILD_PARALLEL_LEVEL": jobs,
            "MAX_JOBS": jobs,
            **job.more,
        }

    def _failure(self, job: Job, builder: Builder, outcome: Outcome, answer: "_Answer") -> BuildError:
        if outcome.stopped:
            return BuildError(
                f"the build was ended: it {outcome.stopped}",
                where=job.where,
                hint=diagnosis.tail(outcome.output),
            )
        if answer.unavailable:
            return BuildError(
                f"the build backend {job.backend!r} cannot be imported: {answer.unavailable}",
                where=job.where,
                hint="name the distribution that has it in [build-system] requires",
            )
        return diagnosis.failure(
            outcome,
            where=job.where,
            bases=builder.bases,
            lock=builder.packages,
            target=builder.target,
            way_out=job.way_out,
        )

    def _collected(self, job: Job, filename: str, builder: Builder) -> Made:
        path = job.work / "out" / Path(filename).name
        with _opened(path, job.where) as source, self.tools.store.scratch() as scratch:
            copy = scratch / "made.whl"
            with copy.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            try:
                name, version, _, _ = parse_wheel_filename(path.name)
                wheel = open_wheel(copy, filename=path.name)
            except (InvalidWheelFilename, InputError) as error:
                raise BuildError(f"the backend made a bad wheel: {error}", where=job.where) from error
            if choose([path.name], builder.target) is None:
                raise BuildError(
                    f"the backend made {path.name}, which does not run on the target", where=job.where
                )
            plain = scratch / "plain.whl"
            _rewrite(wheel, plain)
            blob = self.tools.store.put(_chunks(plain))
        return Made(blob, path.name, name, str(version))


def _holds(line: str, target: Target) -> bool:
    """Say whether a requirement is one on the target; one that cannot be read is left to the resolver."""
    try:
        marker = Requirement(line).marker
        return marker is None or marker.evaluate({**target.marker_environment(), "extra": ""})
    except (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName):
        return True


def _binds(job: Job) -> tuple[Bind, ...]:
    """Return the folders of the repository around the project, as the sandbox is to see them."""
    if not job.laid.is_linked:
        return ()
    found = checkout.unlinked(job.laid.top, job.work / "repository")
    return tuple(Bind(held, f"/{WORK}/{path.relative_to(job.work)}") for held, path in found)


def memory() -> int:
    """Return the bytes of memory that this machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def limits(machine: int, processors: int) -> Limits:
    """Return what a build may use on a machine with so many bytes of memory and so many processors.

    Processor time is that of one process, all its threads together: what the clock allows them.
    """
    return Limits(
        seconds=_SECONDS,
        memory=max(machine * 3 // 4, 2 * _GIB),
        cpu=int(_SECONDS) * processors,
        processes=max(USUAL.processes, _PROCESSES * processors),
    )


class _Answer(msgspec.Struct, frozen=True):
    """What the driver (`hooks`) writes."""

    wanted: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    wheel: str = ""
    unavailable: str = ""


def _answer(path: Path) -> _Answer | None:
    """Return what the driver wrote; None for anything else: the build could write there too."""
    try:
        with _opened(path, "") as file:
            return msgspec.json.decode(file.read(_LARGEST_ANSWER), type=_Answer)
    except (BuildError, msgspec.DecodeError):
        return None
    finally:
        with suppress(OSError):
            path.unlink()


def _opened(path: Path, where: str) -> IO[bytes]:
    """Return a file that a build left, opened; links, pipes and giants are refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise BuildError(f"the backend left no {path.name}", where=where) from error
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode) or state.st_size > _LARGEST_WHEEL:
        os.close(descriptor)
        raise BuildError(f"the backend left a {path.name} that is no plain file", where=where)
    return os.fdopen(descriptor, "rb")


def _rewrite(wheel: WheelFile, path: Path) -> None:
    """Write the wheel's members anew: by name, RECORD last, one time, plain modes, nothing packed."""
    record = f"{wheel.dist_info}/RECORD"
    ordered = sorted(wheel.members, key=lambda member: (member.name == record, member.name))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for member in ordered:
            info = zipfile.ZipInfo(member.name, _ZIP_TIME)
            info.create_system = 3
            info.external_attr = (0o100755 if member.executable else 0o100644) << 16
            info.file_size = member.size
            with archive.open(info, "w") as target:
                for chunk in member.chunks():
                    target.write(chunk)


def _chunks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            yield chunk
