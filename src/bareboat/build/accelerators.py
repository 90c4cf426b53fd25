"""Builds for graphics processors in a lock: how large they are, who brings them, how to do without.

They are known by what their file names say: a distribution called after a CUDA version (`-cu12`,
`-cuda12x`) or a local version of one (`+cu124`). No package is known by name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bareboat.finding import Finding, Severity
from bareboat.lock import Lock, LockedPackage

__all__ = ["LARGE", "large"]

LARGE = "BB916"
"""The code of the finding for builds that want a graphics processor."""

_NAMED = re.compile(r"(?:^|-)cu(?:da)?-?[0-9]{2,3}x?(?:-|$)")
_LOCAL = re.compile(r"\+cu[0-9]{2,4}(?![0-9a-z])")
_SHOWN = 3


def large(lock: Lock, declared: Sequence[str]) -> tuple[Finding, ...]:
    """Return a finding where `lock` has builds for CUDA, none else.

    `declared` are the project's own requirements as PEP 508 text. Sizes are those of the files to
    fetch, as far as the lock has them.
    """
    builds = [one for one in lock.packages if _is_build(one)]
    if not builds:
        return ()
    carriers = list(_carriers(lock, builds))
    held = [one.artifact.size for one in {one.name: one for one in (*builds, *carriers)}.values()]
    known = sum(size for size in held if size is not None)
    size = f", {_bytes(known)} to fetch" if known else ""
    unknown = sum(size is None for size in held)
    size += f" and {unknown} files of unknown size" if unknown and known else ""
    brought = f", brought by {_names(carriers)}" if carriers else ""
    return (
        Finding(
            LARGE,
            _names(builds),
            f"{'are builds' if len(builds) > 1 else 'is a build'} for CUDA{brought}{size}",
            Severity.WARNING,
            hint=_hint(builds, carriers, declared),
        ),
    )


def _is_build(package: LockedPackage) -> bool:
    return _NAMED.search(package.name) is not None or _LOCAL.search(package.version) is not None


def _carriers(lock: Lock, builds: Iterable[LockedPackage]) -> Iterator[LockedPackage]:
    """Yield what requires a build itself and is none by its name."""
    names = {one.name for one in builds}
    for package in lock.packages:
        if package.name not in names and names & set(package.requires):
            yield package


def _hint(builds: Sequence[LockedPackage], carriers: Sequence[LockedPackage], declared: Sequence[str]) -> str:
    """Return what to write for builds without CUDA."""
    own = {one.name: one for one in _requirements(declared)}
    said = []
    for package in carriers or builds:
        asked = own.get(package.name)
        if asked is not None and asked.extras:
            plain = f"{asked.name}{asked.specifier}"
            said.append(f'ask for "{plain}" without [{",".join(sorted(asked.extras))}]')
        elif _NAMED.search(package.name):
            said.append(f"ask for the package without CUDA in place of {package.name}")
        else:
            said.append(
                f"take {package.name} from its publisher's CPU index (PyTorch's CPU index for torch): in "
                f'pyproject.toml for uv `[tool.uv.sources]` {package.name} = {{ index = "cpu" }} and '
                '`[[tool.uv.index]]` name = "cpu", url = "THE-CPU-INDEX", explicit = true; for pip '
                "`--extra-index-url THE-CPU-INDEX` in requirements.txt"
            )
    return "without a graphics processor: " + "; ".join(dict.fromkeys(said[:_SHOWN])) + "; then lock again"


def _requirements(declared: Iterable[str]) -> Iterator[Requirement]:
    for text in declared:
        try:
            held = Requirement(text)
        except InvalidRequirement:
            continue
        held.name = str(canonicalize_name(held.name))
        yield held


def _names(packages: Sequence[LockedPackage]) -> str:
    held = sorted((one.name, one.version) for one in packages)
    more = f" and {len(held) - _SHOWN} more" if len(held) > _SHOWN else ""
    return ", ".join(f"{name} {version}" for name, version in held[:_SHOWN]) + more


def _bytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
