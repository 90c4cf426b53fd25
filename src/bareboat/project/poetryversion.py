"""Version constraints in Poetry's words (`^1.2`, `~1.2`, `1.*`, `>=1,<2 || ^3`), read as specifiers.

Spec: Poetry's documentation, "Dependency specification". A bare version means exactly that one.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from bareboat.errors import InputError

__all__ = ["allows", "alternatives", "standard"]

_PART = re.compile(r"(\^|~=|~|===|==|!=|<=|>=|<|>)?\s*([^\s,^~=!<>|]+)")


@lru_cache(maxsize=2048)
def alternatives(text: str, *, where: str = "") -> tuple[SpecifierSet, ...]:
    """Return the sets of specifiers of which one must hold. Raises InputError for no constraint."""
    found = []
    for part in re.split(r"\s*\|\|?\s*", text.strip()):
        left = _PART.sub("", part).replace(",", " ").strip()
        if left:
            raise InputError(f"no version constraint: {text[:200]!r}", where=where)
        try:
            pieces = [piece for match in _PART.finditer(part) for piece in _pieces(match[1] or "", match[2])]
            found.append(SpecifierSet(",".join(pieces)))
        except ValueError as error:
            raise InputError(f"no version constraint: {text[:200]!r}", where=where) from error
    return tuple(found)


def allows(text: str, version: str, *, where: str = "") -> bool:
    """Say whether `version`, of any kind, is within a constraint."""
    try:
        held = Version(version)
    except ValueError as error:
        raise InputError(f"no version: {version[:200]!r}", where=where) from error
    return any(one.contains(held, prereleases=True) for one in alternatives(text, where=where))


def standard(text: str, *, where: str = "") -> str:
    """Return a constraint as one set of specifiers; of several alternatives the widest bounds.

    `>=2.7,<2.8 || >=3.4` gives `>=2.7`: too wide, where no one set says the same.
    """
    sets = alternatives(text, where=where)
    if len(sets) == 1:
        return str(sets[0])
    low = _widest([_bound(one, (">=", ">", "==", "~=")) for one in sets], min)
    high = _widest([_bound(one, ("<", "<=")) for one in sets], max)
    return ",".join(filter(None, (low, high)))


def _widest(bounds: list[tuple[Version, str] | None], choose: Callable[..., tuple[Version, str]]) -> str:
    held = [one for one in bounds if one is not None]
    return choose(held)[1] if held and len(held) == len(bounds) else ""


def _bound(held: SpecifierSet, operators: tuple[str, ...]) -> tuple[Version, str] | None:
    for one in held:
        if one.operator in operators:
            version = one.version.removesuffix(".*")
            sign = ">=" if one.operator in {"==", "~="} else one.operator
            return Version(version), f"{sign}{version}"
    return None


def _pieces(operator: str, version: str) -> list[str]:
    if version == "*":
        return []
    if operator in {"^", "~"}:
        numbers = Version(version).release
        end = _after_caret(numbers) if operator == "^" else _after(numbers, min(len(numbers), 2))
        return [f">={version}", f"<{end}"]
    if operator:
        return [f"{operator}{version}"]
    return [f"=={version}"]


def _after_caret(numbers: tuple[int, ...]) -> str:
    first = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    return _after(numbers, first + 1)


def _after(numbers: tuple[int, ...], count: int) -> str:
    """Return the first version that differs from `numbers` in its first `count` places."""
    kept = [*numbers[: count - 1], numbers[count - 1] + 1]
    return ".".join(map(str, (*kept, *([0] * (3 - len(kept))))))
