"""A project's Dockerfile, generated or its own, built by a container engine."""

import json
import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from bareboat import __version__
from bareboat.build.checkout import git
from bareboat.engine import build as engine
from bareboat.engine import builders
from bareboat.engine.builders import Builder
from bareboat.engine.commands import BuildRequest
from bareboat.errors import BuildError, InputError
from bareboat.finding import Severity
from bareboat.jobs import credentials, dockerfile, failed, places
from bareboat.jobs.context import Context
from bareboat.oci.reference import Reference

__all__ = ["Built", "Ready", "Request", "build", "prepare"]


class Request(Struct, frozen=True):
    """What to build with which engine; `engine` as in `builders.choose`.

    `file` is a Dockerfile of the user's, None to generate one as `wish` says. `asks` is what goes
    to the engine as it is; its paths and tags are filled in here.
    """

    folder: Path
    engine: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    file: Path | None = None
    wish: dockerfile.Wish = field(default_factory=dockerfile.Wish)
    build_args: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    network: str = ""
    target: str = ""
    platforms: tuple[str, ...] = ()
    no_cache: bool = False
    outputs: tuple[Path, ...] = ()
    force: bool = False
    iidfile: Path | None = None
    metadata_file: Path | None = None


class Ready(Struct, frozen=True):
    """A build that only the engine has yet to do; `form` is empty for a Dockerfile of the user's."""

    request: Request
    builder: Builder
    form: str
    text: str
    ignore: str | None
    asks: BuildRequest


class Built(Struct, frozen=True):
    """What the engine made; `written` says in words where it went."""

    ready: Ready
    image: engine.BuiltImage
    written: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What the engine starts: the image's name with its tag."""
        return self.image.reference

    def document(self) -> dict[str, Any]:
        """Return what was made as JSON values; BuildKit's own metadata is among them."""
        return {
            **self.image.metadata,
            "bareboat.version": __version__,
            "image.name": self.reference,
            "image.id": self.image.image_id,
            **({"containerimage.digest": self.image.digest} if self.image.digest else {}),
            "engine": str(self.ready.builder),
            "form": self.ready.form,
            "seconds": self.image.seconds,
            "steps": [asdict(step) for step in self.image.steps],
            "written": list(self.written),
        }


def prepare(request: Request, context: Context) -> Ready:
    """Find the builder, check the outputs and generate the Dockerfile; nothing is written.

    Raises InputError for an engine that is missing or too old, a form that does not fit and whatever
    cannot be read.
    """
    places.check(request.outputs, (request.iidfile, request.metadata_file), force=request.force)
    builder = builders.choose(context.environ, request.engine)
    asks = BuildRequest(
        context=request.folder,
        dockerfile=request.folder,
        build_args=request.build_args,
        secrets=request.secrets,
        network=request.network,
        target=request.target,
        platforms=request.platforms,
        no_cache=request.no_cache,
    )
    if request.file is None:
        return _generated(request, builder, asks, context)
    if not request.folder.is_dir():
        raise InputError("no such folder", where=str(request.folder), hint="name the build context")
    if not request.file.is_file():
        raise InputError("no such file", where=str(request.file), hint="give --file the path of a Dockerfile")
    own = request.file.with_name(f"{request.file.name}.dockerignore")
    asks = replace(
        asks,
        dockerfile=request.file.absolute(),
        ignorefile=own.absolute() if own.is_file() else None,
        context=request.folder.resolve(),
        shown=str(request.file),
        tags=(_tag(str(request.settings.get("name") or _plain(request.folder.resolve().name))),),
    )
    return Ready(request, builder, "", "", None, asks)


def build(ready: Ready, context: Context, *, terminal: IO[bytes] | None = None) -> Built:
    """Let the engine build, and write the result files.

    With `terminal` the engine draws its progress there, else its lines go to the context's.
    Raises BuildError that names the line of the Dockerfile; no output is half-written.
    """
    request = ready.request
    with _laid_out(ready) as asks, places.moved(request.outputs) as outputs:
        try:
            image = engine.build(
                ready.builder,
                replace(asks, outputs=outputs),
                context.environ,
                context.progress.note,
                terminal=terminal,
            )
        except BuildError as error:
            raise _told(error, ready, context, is_shown=terminal is not None) from error.__cause__
    written = tuple(f"written to {output}" for output in request.outputs)
    if not written or not ready.builder.has_buildkit:
        where = "docker" if ready.builder.has_buildkit else str(ready.builder.tool)
        written = (*written, f"in {where} as {image.reference}")
    built = Built(ready, image, written)
    places.write(request.iidfile, image.image_id)
    places.write(request.metadata_file, json.dumps(built.document(), indent=2) + "\n")
    return built


def _generated(request: Request, builder: Builder, asks: BuildRequest, context: Context) -> Ready:
    wish = replace(request.wish, out=_nowhere(request))
    made = dockerfile.make(request.folder, request.settings, context, wish)
    for decision in made.decisions[:2]:
        context.progress.note(f"{decision.subject}: {decision.value}: {decision.reason}")
    for finding in made.blueprint.findings:
        if finding.severity is not Severity.INFO:
            context.progress.warn(f"{finding.where}: {finding.message}")
    asks = replace(
        asks,
        context=_context(request.folder.resolve(), made.blueprint.context),
        tags=(_tag(made.blueprint.name),),
        build_args=(*_revision(request, made, context), *request.build_args),
        secrets=(*request.secrets, *_secrets(request, made, context)),
    )
    return Ready(request, builder, made.form.NAME, made.text, made.outputs[1].text, asks)


def _nowhere(request: Request) -> Path:
    """Return a place outside the project, so that its own Dockerfile does not count."""
    return request.folder.resolve().parent / "Dockerfile.bareboat-generated"


def _context(folder: Path, inside: str) -> Path:
    """Return the build context: the project's folder, or the workspace that it is `inside`."""
    for _ in Path(inside).parts:
        folder = folder.parent
    return folder


def _revision(request: Request, made: dockerfile.Made, context: Context) -> tuple[tuple[str, str], ...]:
    """Return the commit for the label of a generated file, where git tracks the project."""
    takes = any(
        one.keyword == "ARG" and one.pairs and one.pairs[0][0] == "REVISION"
        for one in made.file.instructions()
    )
    if not takes or "REVISION" in dict(request.build_args):
        return ()
    is_tracked = git(request.folder, context.environ, "log", "-1", "--format=%H", "--", ".")
    head = git(request.folder, context.environ, "rev-parse", "HEAD") if is_tracked else ""
    return (("REVISION", head),) if head else ()


def _secrets(request: Request, made: dockerfile.Made, context: Context) -> tuple[str, ...]:
    """Return what the generated file mounts and this machine has, but for what the caller gives."""
    given = {part for text in request.secrets for part in text.split(",") if part.startswith("id=")}
    found = []
    for name in credentials.asked(made.file):
        source = None if f"id={name}" in given else credentials.find(name, context.environ)
        if source is not None:
            context.progress.note(f"secret {name}: {source}")
            found.append(f"id={name},src={source.absolute()}")
    return tuple(found)


@contextmanager
def _laid_out(ready: Ready) -> Iterator[BuildRequest]:
    """Give the request with the generated file and its ignore file in a folder outside the project."""
    if ready.ignore is None:
        yield ready.asks
        return
    with tempfile.TemporaryDirectory(prefix="bareboat-dockerfile-") as name:
        file = Path(name) / "Dockerfile"
        file.write_text(ready.text, encoding="utf-8")
        ignore = file.with_name("Dockerfile.dockerignore")
        ignore.write_text(ready.ignore, encoding="utf-8")
        yield replace(ready.asks, dockerfile=file, ignorefile=ignore)


def _told(error: BuildError, ready: Ready, context: Context, *, is_shown: bool) -> BuildError:
    """Tell the step's last lines, unless its engine just did; say how to see a generated file."""
    words = getattr(error, "__notes__", [])
    if words and not is_shown:
        context.progress.warn("\n".join(("the step wrote last", *words)))
    line = error.where.removeprefix(f"{ready.asks.shown}:")
    show = f"bareboat dockerfile {_quoted(ready.request.folder)} --form {ready.form} --out -"
    if error.hint or not error.where.startswith(ready.asks.shown):
        return error
    if error.message.startswith("RUN ") and line.isdecimal() and int(line) > 1:
        asks = ready.asks
        hint = failed.hint(
            ready.builder,
            words,
            int(line),
            show=show if ready.form else f"cat {_quoted(asks.dockerfile)}",
            context=asks.context,
            network=asks.network,
            is_generated=bool(ready.form),
        )
    elif ready.form:
        hint = f"`{show}` shows the file"
    else:
        return error
    return BuildError(error.message, where=error.where, hint=hint)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _tag(name: str) -> str:
    return Reference.parse(name).tagged.familiar


def _plain(name: str) -> str:
    """Return a folder's name as the name of an image can be."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "app"
