"""Which native packages a project was found to need, remembered for those who have no artifacts at hand.

A Dockerfile is written without fetching a wheel; what `plan` or `build` read from them is recalled.
"""

import hashlib

import msgspec
from msgspec import Struct

from bareboat.build.gather import Complete
from bareboat.build.keys import key
from bareboat.build.packages import MADE
from bareboat.facts.artifact import Role
from bareboat.project.project import Project
from bareboat.store.cas import Store

__all__ = ["Known", "recall", "remember"]

_KIND = "native-packages"


class Known(Struct, frozen=True):
    """Packages by name with the reason for each, and the names of all that those need, they included."""

    because: dict[str, str]
    closure: tuple[str, ...]


def remember(store: Store, project: Project, complete: Complete) -> None:
    """Keep what a project needs, under its folder and its lock as they are now."""
    names = {one.artifact.name for one in complete.ready if one.artifact.role is Role.NATIVE}
    found = Known(dict(complete.because), tuple(sorted(names - {MADE})))
    base = complete.base
    store.remember(_KIND, _named(project, base.suite, base.architecture), msgspec.json.encode(found))


def recall(store: Store, project: Project, suite: str, arch: str) -> Known | None:
    """Return what was found for a project whose lock has not changed since, None for another."""
    held = store.recall(_KIND, _named(project, suite, arch))
    return msgspec.json.decode(held, type=Known) if held is not None else None


def _named(project: Project, suite: str, arch: str) -> str:
    path = project.source.path
    lock = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return key(_KIND, str(project.folder.resolve()), suite, arch, path.name, lock)
