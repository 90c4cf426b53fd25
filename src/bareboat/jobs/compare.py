"""Every form of a project built in a real engine and measured, beside the native image.

Works on copies in a folder of its own; what it makes in the engine is removed at the end, in an
interrupt too. The user's builder cache is neither used nor touched.
"""

import platform
import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat import __version__
from bareboat.compare import change, machine, weigh
from bareboat.compare.makers import Dockerfile, Maker, Native, project_copy
from bareboat.compare.measure import Bench, Figures, Subject, turn
from bareboat.compare.result import NATIVE, VERSION, Base, Comparison, Row
from bareboat.engine import builders
from bareboat.engine import find as engines
from bareboat.engine.builders import Builder, Tool
from bareboat.engine.call import call
from bareboat.engine.find import Engine, Kind
from bareboat.errors import BuildError
from bareboat.forms import registry
from bareboat.forms.versions import UV
from bareboat.jobs.candidates import NAMES, Candidates, Copy, candidates, check, copied
from bareboat.jobs.context import Context
from bareboat.jobs.pythons import UNMET
from bareboat.plan.blueprint import Blueprint

__all__ = ["Wanted", "compare"]

_PULL = 1800.0  # seconds
_MEANING = {
    "cold": "every command runs, the caches of pip, uv, Poetry and apt are new and empty, base images are "
    "there; the native image is built from an empty store and uv cache, its base fetched and put together",
    "source": "the same again after a line of the application's source was changed",
    "dependency": "the same again after one locked dependency got another version",
    "push": "compressed bytes of the layers that the image before the change had not",
    "first answer": "from starting the container (read-only root, no capabilities) until the health path "
    "answers; median of three starts, after one that does not count",
    "packages": "packages of the distribution and Python distributions that a scanner finds",
}


class Wanted(Struct, frozen=True):
    """What to compare and how.

    `forms` empty means all that fit. `engine` is a builder's name, empty for the first that answers.
    `network` is that of RUN. `env` is given to started containers. `keep` leaves the images of the
    cold builds in the engine.
    """

    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    forms: tuple[str, ...] = ()
    engine: str = ""
    base: str = "slim"
    repeat: int = 1
    network: str = ""
    secrets: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    keep: bool = False


class _Place(Struct, frozen=True):
    """Where the work is done: the engine, what builds for it, a folder, the caller's world."""

    engine: Engine
    builder: Builder
    scratch: Path
    context: Context


def compare(wanted: Wanted, context: Context) -> Comparison:
    """Build and measure every form; one that fails is a row with its reason.

    Raises InputError for an unknown form, for one that was asked for and does not fit, and where no
    engine answers.
    """
    check(wanted.forms)
    engine, builder = _engine(wanted.engine, context.environ)
    at = _Place(engine, builder, Path(tempfile.mkdtemp(prefix="bareboat-compare-")), context)
    pulled: list[str] = []
    try:
        copy = copied(
            wanted.folder, wanted.settings, context, base=wanted.base, target=at.scratch / "project"
        )
        wanted = replace(wanted, notes=(*wanted.notes, *copy.notes))
        forms = candidates(copy.folder, wanted.settings, context, base=wanted.base, forms=wanted.forms)
        unmet = [one.message for one in forms.blueprint.findings if one.code == UNMET]
        wanted = replace(wanted, notes=(*wanted.notes, *(f"{one[0].upper()}{one[1:]}." for one in unmet)))
        pulled += _pull(forms, at)
        subject = _subject(copy, forms.blueprint, wanted, at)
        return _comparison(forms, subject, _measured(forms, subject, wanted, at), wanted, at)
    finally:
        shutil.rmtree(at.scratch, ignore_errors=True)
        for image in () if wanted.keep else pulled:
            _remove(engine, image)


def _engine(wish: str, environ: Mapping[str, str]) -> tuple[Engine, Builder]:
    """Return where images run, and what builds them."""
    if not wish:
        engine = engines.choose(environ)
        return engine, builders.choose(environ, engine.kind)
    builder = builders.choose(environ, wish)
    kind = Kind.DOCKER if builder.tool in {Tool.DOCKER, Tool.BUILDX} else Kind.PODMAN
    return engines.choose(environ, kind), builder


def _pull(forms: Candidates, at: _Place) -> list[str]:
    """Bring the base images into the engine before anything is timed; return those that were not there.

    One that cannot be had is left to the builds, which say so themselves.
    """
    pulled = []
    for image in forms.images:
        if _size(at.engine, image) is not None or at.context.offline:
            continue
        at.context.progress.note(f"pulling {image}")
        try:
            call(at.engine, ["pull", "--quiet", image], timeout=_PULL)
        except BuildError as error:
            at.context.progress.warn(f"{image} cannot be pulled: {error.message}")
            continue
        pulled.append(image)
    return pulled


def _subject(copy: Copy, found: Blueprint, wanted: Wanted, at: _Place) -> Subject:
    """Return what is measured: the source file and the dependency that will change are chosen here."""
    at.context.progress.note("looking for another version of a small dependency")
    root = copy.folder if copy.depth == 0 else copy.folder.parents[copy.depth - 1]
    tried = project_copy(root, at.scratch / "tried")
    changed = change.dependency(tried, at.context.environ, python=str(found.python))
    shutil.rmtree(tried)
    names = (*found.sources, *found.entries)
    return Subject(
        root=copy.folder,
        depth=copy.depth,
        source=change.source_file(copy.folder, found.start.argv, names),
        change=changed,
        port=found.start.port,
        probe=found.start.health if found.start.health.startswith("/") else "/",
        env={**_made_up(found), **wanted.env},
        keep=wanted.keep,
    )


def _made_up(found: Blueprint) -> dict[str, str]:
    """Return values for what the application wants and has no default for, secrets above all."""
    names = {one.name for one in found.variables if one.is_required}
    names |= {one.name for one in found.variables if not one.default and "SECRET" in one.name.upper()}
    return {name: f"made-up-{secrets.token_hex(24)}" for name in sorted(names)}


def _measured(forms: Candidates, subject: Subject, wanted: Wanted, at: _Place) -> Mapping[str, Figures]:
    """Return the figures of every form, measured in turns."""
    progress = at.context.progress
    makers = _makers(forms, subject, wanted, at)
    found = {name: Figures() for name in makers}
    known: dict[str, weigh.Layer] = {}
    for number in range(1, wanted.repeat + 1):
        for name, figures in [(name, held) for name, held in found.items() if not held.failure]:
            shown = f"{name} ({number}/{wanted.repeat})" if wanted.repeat > 1 else name
            say, warn = partial(_say, progress.note, shown), partial(_say, progress.warn, shown)
            bench = Bench(at.engine, at.scratch / name, say, warn, known)
            turn(makers[name], subject, bench, figures, name=name)
            if figures.failure:
                progress.warn(f"{name}: {figures.failure}")
    return found


def _say(tell: Callable[[str], None], shown: str, words: str) -> None:
    tell(f"{shown}: {words}")


def _makers(forms: Candidates, subject: Subject, wanted: Wanted, at: _Place) -> dict[str, Maker]:
    """Return what builds each form, in the order of the rows."""
    makers: dict[str, Maker] = {}
    for name in NAMES:
        place = at.scratch / name
        if name in forms.made or name == NATIVE:
            place.mkdir()
        if name in forms.made:
            makers[name] = Dockerfile(
                at.builder,
                at.engine,
                forms.made[name].file,
                forms.made[name].outputs[1].text,
                place,
                at.context.environ,
                depth=subject.depth,
                network=wanted.network,
                secrets=wanted.secrets,
            )
        elif name == NATIVE and (not wanted.forms or NATIVE in wanted.forms):
            makers[name] = Native(at.engine, place, at.context.environ, _flags(wanted.settings))
    return makers


def _comparison(
    forms: Candidates, subject: Subject, found: Mapping[str, Figures], wanted: Wanted, at: _Place
) -> Comparison:
    builder = at.builder
    told = str(builder) if builder.tool in {Tool.BUILDX, Tool.BUILDAH} else str(at.engine)
    return Comparison(
        schema=VERSION,
        project=forms.blueprint.name,
        machine=machine.describe(),
        engine=f"{told}, buildx {builder.version}" if builder.tool is Tool.DOCKER else told,
        tools={"bareboat": __version__, "uv": UV, "Python": platform.python_version()},
        repeat=wanted.repeat,
        compressor=weigh.COMPRESSOR,
        meaning=_MEANING,
        bases=tuple(Base(image, _size(at.engine, image)) for image in forms.images),
        source=subject.source,
        dependency=subject.change.dependency,
        rows=tuple(_row(name, figures) for name, figures in found.items()),
        unfitting=forms.unfitting,
        notes=wanted.notes,
    )


def _row(name: str, found: Figures) -> Row:
    form = registry.find(name) if name != NATIVE else None
    return Row(
        form=name,
        title=form.TITLE if form is not None else "bareboat's own image, without a Dockerfile",
        when=form.WHEN if form is not None else "whenever it can be: the smallest, the same bytes everywhere",
        is_baseline=form is not None and form.IS_BASELINE,
        failure=found.failure,
        contents=found.contents,
        cold=found.middle("cold"),
        source=found.middle("source"),
        dependency=found.middle("dependency"),
        pushed_source=found.pushed.get("source"),
        pushed_dependency=found.pushed.get("dependency"),
        healthy=found.middle("healthy"),
        missing=found.missing,
    )


def _size(engine: Engine, image: str) -> int | None:
    try:
        return int(call(engine, ["image", "inspect", "--format", "{{.Size}}", image]).strip())
    except (BuildError, ValueError):
        return None


def _remove(engine: Engine, image: str) -> None:
    try:
        call(engine, ["image", "rm", image])
    except BuildError:
        return  # something of the user's builds on it by now


def _flags(settings: Mapping[str, Any]) -> list[str]:
    """Return settings as the flags of `bareboat build`; the name is the comparison's own."""
    flags: list[str] = []
    for key, value in settings.items():
        flag = {"labels": "--label", "extras": "--extra", "groups": "--group"}.get(key, f"--{key}")
        if key == "name":
            continue
        if value is True:
            flags.append(flag)
        elif isinstance(value, Mapping):
            flags += [word for name, held in value.items() for word in (flag, f"{name}={held}")]
        elif isinstance(value, tuple | list):
            flags += [word for one in value for word in (flag, str(one))]
        else:
            flags += [flag, str(value)]
    return flags
