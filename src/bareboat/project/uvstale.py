"""Whether uv.lock still says what pyproject.toml asks for, judged for one Target."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project.fact import Fact
from bareboat.project.uvlock import STALE, decode, requested
from bareboat.target import Target

__all__ = ["check", "recorded"]

DIRECT = ("git", "url", "path", "directory", "editable", "virtual", "workspace")

_SHOWN = 8
# Specifiers are equal where they say the same: uv has written `<3.0.0` as `<3`.
Asked = tuple[str, frozenset[str], frozenset[Specifier] | None]


def recorded(text: str, *, where: str, root: str) -> tuple[Fact[str], ...]:
    """Return the requirements that the lock was made from, as far as they are names and versions.

    For a project whose backend makes its dependencies: nothing else knows them without running it.
    """
    found = []
    for entry in requested(decode(text, where=where), root, where=where).metadata.requires_dist:
        extras = f"[{','.join(entry['extras'])}]" if entry.get("extras") else ""
        marker = f" ; {entry['marker']}" if entry.get("marker") else ""
        if "extra ==" not in marker:
            found.append(Fact(f"{entry.get('name', '')}{extras}{entry.get('specifier', '')}{marker}", where))
    return tuple(found)


def check(  # noqa: PLR0913 - the two sides of one comparison
    text: str,
    *,
    where: str,
    target: Target,
    root: str,
    dependencies: Sequence[str],
    extras: Mapping[str, Sequence[str]],
    groups: Mapping[str, Sequence[str]],
    made_from: str = "pyproject.toml",
) -> None:
    """Raise InputError, naming what differs, unless the lock was made from these requirements.

    Requirements whose marker does not hold on the target are not compared. `groups` are those
    that will be installed, with their includes resolved.
    """
    metadata = requested(decode(text, where=where), root, where=where).metadata
    provided = {canonicalize_name(name) for name in metadata.provides_extras}
    sections: list[tuple[str, Sequence[str], Iterable[dict[str, Any]], str]] = [
        ("dependencies", dependencies, metadata.requires_dist, "")
    ]
    sections += [
        (f"extra {name!r}", wanted, metadata.requires_dist, name)
        for name, wanted in extras.items()
        if name in provided or wanted
    ]
    locked_groups = {str(canonicalize_name(name)): held for name, held in metadata.requires_dev.items()}
    sections += [
        (f"group {name!r}", wanted, locked_groups.get(name, ()), "") for name, wanted in groups.items()
    ]
    for title, wanted, locked, extra in sections:
        asked = {_asked(text, target, extra) for text in wanted} - {None}
        held = {_held(entry, target, extra, where) for entry in locked if _is_of(entry, target, extra)} - {
            None
        }
        _compare(title, asked, held, where, made_from)


def _is_of(entry: Mapping[str, Any], target: Target, extra: str) -> bool:
    """Say whether an entry stands under `extra`, not among what the project needs without it."""
    try:
        return not extra or not _evaluate(Marker(entry.get("marker") or "os_name != ''"), target, "")
    except (ValueError, TypeError):
        return True


def _compare(
    title: str, asked: set[Asked | None], held: set[Asked | None], where: str, made_from: str
) -> None:
    direct = {(entry[0], entry[1]) for entry in held if entry is not None and entry[2] is None}
    left = {entry for entry in asked - held if entry is not None and (entry[0], entry[1]) not in direct}
    names = {entry[0] for entry in asked if entry is not None}
    right = {
        entry
        for entry in held - asked
        if entry is not None and (entry[2] is not None or entry[0] not in names)
    }
    if not left and not right:
        return
    changed = sorted({entry[0] for entry in left | right})
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    said = f"older than {made_from}: {title} differ in {', '.join(changed[:_SHOWN])}{more}"
    is_script = where == f"{made_from}.lock"
    hint = f"run `uv lock --script {made_from}` and commit the result" if is_script else STALE
    raise InputError(said, where=where, hint=hint)


def _asked(text: str, target: Target, extra: str) -> Asked | None:
    try:
        requirement = Requirement(text)
    except ValueError as error:
        raise InputError(f"not a requirement: {text!r}", where="pyproject.toml") from error
    if requirement.marker is not None and not _evaluate(requirement.marker, target, extra):
        return None
    names = frozenset(canonicalize_name(name) for name in requirement.extras)
    version = None if requirement.url else frozenset(requirement.specifier)
    return (canonicalize_name(requirement.name), names, version)


def _held(entry: Mapping[str, Any], target: Target, extra: str, where: str) -> Asked | None:
    try:
        marker = entry.get("marker")
        if marker and not _evaluate(Marker(marker), target, extra):
            return None
        version = frozenset(SpecifierSet(entry.get("specifier", "")))
        names = frozenset(canonicalize_name(name) for name in entry.get("extras", ()))
        found: Asked = (canonicalize_name(entry["name"]), names, version)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"bad requirement in its metadata: {dict(entry)!r}", where=where) from error
    return (found[0], found[1], None) if any(kind in entry for kind in DIRECT) else found


def _evaluate(marker: Marker, target: Target, extra: str) -> bool:
    return marker.evaluate({**target.marker_environment(), "extra": extra})
