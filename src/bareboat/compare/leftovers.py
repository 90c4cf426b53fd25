"""What builds leave in an engine beside the image, found by the mark of a comparison and removed.

BuildKit's records have descriptions in which the mark stands (stage names, commands, ids of caches),
so one prune with a filter takes these and no others. Podman and buildah keep intermediate images,
whose history has the commands. Nothing without the mark is ever removed.
"""

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from msgspec.structs import replace

from bareboat.engine.builders import Builder, Tool
from bareboat.engine.call import call
from bareboat.engine.find import Engine
from bareboat.errors import BuildError

__all__ = ["images", "listing", "prune", "remove", "remove_image"]

_PATIENCE = 600.0  # seconds; layers of gigabytes take their time
_DESCRIPTION = re.compile(r"^Description:\s*(.+?)\s*$", re.MULTILINE)
_PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds; a build lets go of its records after it has ended


def remove(builder: Builder, engine: Engine, marks: Sequence[str], environ: Mapping[str, str]) -> str:
    """Remove what bears one of the marks; return what stays and why, nothing if all is gone."""
    own = replace(engine, program=builder.program, environ=tuple(sorted(environ.items())))
    stays = []
    for mark in marks:
        try:
            stay = _forget(builder, own, mark) if builder.has_buildkit else _remove_images(engine, mark)
        except BuildError as error:
            stay = str(error)
        if stay:
            stays.append(f"{mark}: {stay}")
    return f"not removed from the cache of {engine.kind}: {'; '.join(stays)}" if stays else ""


def _forget(builder: Builder, own: Engine, mark: str) -> str:
    """Prune until nothing bears the mark, for a bounded time; return what still does."""
    for pause in (*_PAUSES, None):
        call(own, prune(builder, mark), timeout=_PATIENCE)
        held = _DESCRIPTION.findall(call(own, listing(builder, mark)))
        if not held:
            return ""
        if pause is not None:
            time.sleep(pause)
    return f"{len(held)} records, such as {held[0]!r}; another build uses them"


def _remove_images(engine: Engine, mark: str) -> str:
    for identity in images(engine, mark):
        remove_image(engine, identity)
    held = images(engine, mark)
    return f"{len(held)} images, such as {held[0]}; another image or container uses them" if held else ""


def listing(builder: Builder, mark: str) -> list[str]:
    """Return the arguments that list BuildKit's records with the mark."""
    named = ["--builder", builder.name] if builder.tool is Tool.BUILDX else []
    return ["buildx", "du", *named, "--verbose", "--filter", f"description~={mark}"]


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
