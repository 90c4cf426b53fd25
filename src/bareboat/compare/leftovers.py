"""What builds leave in an engine beside the image, found by the mark of a comparison and removed.

BuildKit's records have descriptions in which the mark stands (stage names, commands, ids of caches),
so one prune with a filter takes these and no others. Podman and buildah keep intermediate images,
whose history has the commands. Nothing without the mark is ever removed.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from bareboat.engine.builders import Builder, Tool
from bareboat.engine.call import call
from bareboat.engine.find import Engine
from bareboat.errors import BuildError

__all__ = ["images", "prune", "remove", "remove_image"]

_PATIENCE = 600.0  # seconds; layers of gigabytes take their time


def remove(builder: Builder, engine: Engine, marks: Sequence[str], environ: Mapping[str, str]) -> None:
    """Remove what bears one of the marks; what cannot be removed is left."""
    own = replace(engine, program=builder.program, environ=tuple(sorted(environ.items())))
    for mark in marks:
        with suppress(BuildError):
            if builder.has_buildkit:
                call(own, prune(builder, mark), timeout=_PATIENCE)
            else:
                for identity in images(engine, mark):
                    remove_image(engine, identity)


def prune(builder: Builder, mark: str) -> list[str]:
    """Return the arguments that make BuildKit forget what bears the mark."""
    named = ["--builder", builder.name] if builder.tool is Tool.BUILDX else []
    return ["buildx", "prune", *named, "--all", "--force", "--filter", f"description~={mark}"]


def images(engine: Engine, mark: str) -> list[str]:
    """Return the images without a name whose history has the mark, as Podman knows them."""
    listed = call(engine, ["image", "ls", "--all", "--quiet", "--no-trunc", "--filter", "dangling=true"])
    found = []
    for identity in dict.fromkeys(listed.split()):
        with suppress(BuildError):
            if mark in call(engine, ["image", "history", "--no-trunc", identity]):
                found.append(identity)
    return found


def remove_image(engine: Engine, reference: str) -> None:
    """Remove an image, if it is there."""
    with suppress(BuildError):
        call(engine, ["image", "rm", "--force", reference], timeout=_PATIENCE)
