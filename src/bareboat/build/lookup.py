"""Pins of a lock without addresses, looked up by their hashes on the indexes that may be asked."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import parse_wheel_filename

from bareboat.build.tools import Tools
from bareboat.index import choice, resolve
from bareboat.lock import Lock, LockedPackage, LockedRequirement
from bareboat.project import formats, pylock
from bareboat.project.pinned import Pin, Pinned
from bareboat.target import Target
from bareboat.wheel.tags import choose

__all__ = ["Lookup"]


class Lookup(Struct, frozen=True):
    """Finds the wheels of one project; `environ` is one made by `config.uv_environment`.

    `options` are lines of the requirements file that the pins come from.
    """

    target: Target
    environ: Mapping[str, str]
    tools: Tools
    offline: bool
    options: Sequence[str] = ()

    def find(self, pinned: Pinned, folder: Path) -> Lock:
        """Return the packages of `pinned`, each with the address of its wheel or sources, by name.

        `folder` is where the lock lies. Raises IntegrityError for a package none of whose files on
        the index has a hash of the lock, ResolveError where none of them runs on the target or builds for it.
        """
        found: dict[str, LockedPackage] = {}
        asked: dict[str, list[Pin]] = {}
        for pin in pinned.pins:
            if pin.is_placed:
                found[pin.name] = _placed(pin)
            else:
                asked.setdefault(pin.index, []).append(pin)
        for index, pins in asked.items():
            made = choice.options(self.environ, self.options, folder)
            made = choice.only(self.environ, index) if index else made
            environ = made.environ if index else choice.with_extra(made.environ, pinned.extra).environ
            text = resolve.resolve_pinned(
                [LockedRequirement(pin.name, pin.version, pin.sha256) for pin in pins],
                self.target,
                environ=environ,
                progress=self.tools.progress,
                offline=self.offline,
                options=made.lines,
                sources=True,
            )
            held = pylock.read(
                text,
                where=pinned.origin,
                target=self.target,
                choose=self._choose,
                folder=folder,
                allowed={pin.name: pin.sha256 for pin in pins},
            )
            selected = {package.name: package for package in held.packages}
            for pin in pins:
                package = selected[pin.name]
                found[pin.name] = replace(package, requires=pin.requires, because=pin.because)
        return Lock(tuple(found[name] for name in sorted(found)), pinned.origin)

    def _choose(self, names: Sequence[str]) -> str | None:
        """Return the wheel of one package that fits best, None where its sources are asked for."""
        if names and formats.read(self.options).is_built(str(parse_wheel_filename(names[0])[0])):
            return None
        return choose(names, self.target)


def _placed(pin: Pin) -> LockedPackage:
    return LockedPackage(
        pin.name,
        pin.version,
        pin.wheel,
        pin.requires,
        pin.because,
        pin.sdist,
        pin.repository,
        pin.folder,
    )
