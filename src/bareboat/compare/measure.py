"""One form measured: built cold, after a change of the source, after one of a dependency; started.

Every build works on what the one before left, as on a developer's machine. Images and containers go
as soon as they are weighed and have answered, whatever happens.
"""

import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct, field

from bareboat.compare import change, leftovers, weigh
from bareboat.compare.change import Changed
from bareboat.compare.makers import Maker, mark, project_copy
from bareboat.compare.result import Contents
from bareboat.engine import health
from bareboat.engine import run as containers
from bareboat.engine.call import call
from bareboat.engine.find import Engine, Kind
from bareboat.errors import BareboatError, BuildError, InputError

__all__ = ["COLD", "DEPENDENCY", "SOURCE", "Bench", "Figures", "Subject", "turn"]

COLD, SOURCE, DEPENDENCY = "cold", "source", "dependency"
_STARTS = 3
_FIRST_ANSWER = 60.0  # seconds


class Subject(Struct, frozen=True):
    """The project that is measured: the folder of the original copy, and the changes made to others.

    `depth` is how many folders the project lies below the build context; `probe` is a path that
    answers, `port` the container's, None where it has none; `env` is given to started containers.
    """

    root: Path
    depth: int
    source: str
    change: Changed
    port: int | None
    probe: str
    env: Mapping[str, str] = field(default_factory=dict)
    keep: bool = False


class Figures(Struct):
    """What was measured of one form so far; lists have a value a turn."""

    contents: Contents | None = None
    pushed: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    failure: str = ""

    def middle(self, name: str) -> float | None:
        """Return the median of what was measured under a name."""
        values = self.seconds.get(name)
        return round(statistics.median(values), 3) if values else None


class Bench(Struct):
    """Where forms are measured: the engine, a folder, who is told and warned, the layers already weighed."""

    engine: Engine
    scratch: Path
    say: Callable[[str], None]
    warn: Callable[[str], None]
    known: dict[str, weigh.Layer] = field(default_factory=dict)


def turn(maker: Maker, subject: Subject, bench: Bench, found: Figures, *, name: str) -> None:
    """Measure one form once and add it to `found`; a failure is written there and ends the turn."""
    try:
        with _images(bench.engine, f"bareboat-compare-{name}-{mark()}", keep=subject.keep) as references:
            _turn(maker, subject, bench, found, references)
    except BareboatError as error:
        found.failure = " ".join(str(error).split())
    finally:
        bench.say("removing what it left")
        if stays := maker.clean():
            bench.warn(stays)
        shutil.rmtree(bench.scratch / "turn", ignore_errors=True)


def _turn(
    maker: Maker, subject: Subject, bench: Bench, found: Figures, references: Mapping[str, str]
) -> None:
    folder = _folder(subject, bench.scratch / "turn")
    maker.forget()
    built: dict[str, str] = {}
    for step, reference in references.items():
        reason = _change(step, subject, folder)
        if reason:
            found.missing[step] = found.missing[f"pushed_{step}"] = reason
            continue
        bench.say(f"{step} build")
        try:
            took = maker.build(folder, reference)
        except BareboatError as error:
            if step == COLD:
                raise
            found.missing[step] = found.missing[f"pushed_{step}"] = " ".join(str(error).split())
            continue
        found.seconds.setdefault(step, []).append(took)
        built[step] = reference
        if step == COLD:
            bench.say(f"{took:.1f} s; first answers")
            _starts(bench.engine, reference, subject, found)
    if found.contents is None:
        bench.say("weighing the images")
        _weigh(bench, built, found)


def _change(step: str, subject: Subject, folder: Path) -> str:
    """Make the change of a step in a copy; return why there is none, nothing where it is made."""
    if step == SOURCE:
        if not subject.source:
            return "no Python file of it is in the image"
        change.edit(folder, subject.source, mark())
    if step == DEPENDENCY:
        if not subject.change.dependency.name:
            return subject.change.dependency.why
        root = folder if subject.depth == 0 else folder.parents[subject.depth - 1]
        (root / subject.change.file).write_text(subject.change.text, encoding="utf-8")
    return ""


def _starts(engine: Engine, reference: str, subject: Subject, found: Figures) -> None:
    """Start the image a few times; the first start, which unpacks and warms, does not count."""
    if subject.port is None:
        found.missing["healthy"] = "it listens on no port"
        return
    for number in range(_STARTS + 1):
        try:
            took = _first_answer(engine, reference, subject)
        except BareboatError as error:
            found.missing["healthy"] = " ".join(f"{error} {error.hint}".split())
            return
        if number:
            found.seconds.setdefault("healthy", []).append(took)


def _first_answer(engine: Engine, reference: str, subject: Subject) -> float:
    name = f"bareboat-compare-{mark()}"
    options = containers.Options(port=subject.port or 0, name=name, env=subject.env)
    begun = time.perf_counter()
    try:
        container = containers.start(engine, reference, options)

        def is_alive() -> bool:
            return containers.state(container).is_running

        try:
            health.wait_answer(container.port, subject.probe, timeout=_FIRST_ANSWER, is_alive=is_alive)
        except BuildError as error:
            said = containers.logs(container).strip().splitlines()
            raise BuildError(error.message, where=error.where, hint=said[-1] if said else "") from error
        return time.perf_counter() - begun
    finally:
        with suppress(BuildError):
            call(engine, ["rm", "--force", "--volumes", name])


def _weigh(bench: Bench, built: Mapping[str, str], found: Figures) -> None:
    """Add what the images hold, from the one archive that the engine writes of them to a pipe."""
    engine = bench.engine
    several = ["--multi-image-archive"] if engine.kind is Kind.PODMAN and len(built) > 1 else []
    with subprocess.Popen(
        [engine.program, "save", *several, *built.values()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(engine.environ),
    ) as process:
        if process.stdout is None:
            raise InputError("no pipe", where="saved image")
        try:
            images = weigh.weigh(process.stdout, bench.known)
        finally:
            process.stdout.close()
            process.kill()
    by_step = {name.rpartition(":")[2]: image for image in images for name in image.names}
    for image in images:
        bench.known.update(image.layers)
    before = by_step.get(COLD)
    if before is None:
        raise InputError("the engine saved it under another name", where="saved image")
    found.contents = before.contents
    for step in (SOURCE, DEPENDENCY):
        if step in by_step:
            found.pushed[step] = weigh.pushed(before, by_step[step])
            before = by_step[step]


@contextmanager
def _images(engine: Engine, name: str, *, keep: bool) -> Iterator[Mapping[str, str]]:
    """Give a reference for the image of each step; all are gone afterwards, but the first if it is kept."""
    references = {step: f"{name}:{step}" for step in (COLD, SOURCE, DEPENDENCY)}
    try:
        yield references
    finally:
        for step, reference in references.items():
            if not (keep and step == COLD):
                leftovers.remove_image(engine, reference)


def _folder(subject: Subject, target: Path) -> Path:
    """Return a fresh copy of the project, with what lies around it in the build context."""
    shutil.rmtree(target, ignore_errors=True)
    context = subject.root if subject.depth == 0 else subject.root.parents[subject.depth - 1]
    return project_copy(context, target) / subject.root.relative_to(context)
