"""Which Debian suite and which Python an image gets, from what the project allows and wishes.

Stable suites come before sid; within what `requires-python` allows a wish is met where a suite can
meet it, else the nearest version is taken and said so. What a suite offers is read from its indexes,
and only as far as needed: most projects ask the first suite alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from bareboat.debian.interpreter import full_version
from bareboat.errors import InputError, IntegrityError, NetworkError, ResolveError
from bareboat.project.command import Decision
from bareboat.project.fact import Fact
from bareboat.project.project import Project
from bareboat.target import PythonVersion

__all__ = ["STABLE", "UNSTABLE", "Choice", "Wishes", "choices", "wishes"]

STABLE = ("trixie", "bookworm")
UNSTABLE = ("sid",)
_OTHERS = "other Pythons come with a registry base or python-build-standalone, in a later release"


@dataclass(frozen=True, slots=True)
class Choice:
    """An interpreter that a suite offers; `full` is its own version, as in 3.13.5."""

    suite: str
    python: PythonVersion
    full: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Wishes:
    """What limits the choice: `exact` must be met, `wish` should be, `allowed` bounds both.

    `is_fixed` says that `suites` is the one that the user named.
    """

    allowed: SpecifierSet
    allowed_where: str
    exact: PythonVersion | None
    wish: Fact[PythonVersion] | None
    suites: tuple[str, ...]
    is_fixed: bool = False


def wishes(project: Project, *, python: str | None, suite: str | None) -> Wishes:
    """Return what the project and the settings `python` and `suite` say; InputError for no version."""
    required = project.requires_python
    try:
        allowed = SpecifierSet(required.value if required is not None else "")
    except InvalidSpecifier as error:
        raise InputError(
            f"requires-python {required.value if required else ''!r} cannot be read",
            where=required.where if required else "",
        ) from error
    exact = _version(python, "python setting") if python is not None else None
    wished = [Fact(_version(fact.value, fact.where), fact.where) for fact in project.wishes]
    fitting = [fact for fact in wished if allowed.contains(f"{fact.value}.99")]
    return Wishes(
        allowed,
        required.where if required is not None else "",
        exact,
        fitting[0] if fitting else None,
        (suite,) if suite is not None else (*STABLE, *UNSTABLE),
        is_fixed=suite is not None,
    )


def choices(wanted: Wishes, offers: Callable[[str], Sequence[str]]) -> Iterator[Choice]:
    """Yield the interpreters that fit, best first, asking `offers` for a suite only when needed.

    `offers` gives the versions of Debian's CPython packages in a suite. An unstable suite that nobody
    named and that cannot be read counts as having none. Raises ResolveError when none fits.
    """
    seen: list[str] = []
    lost: list[NetworkError | IntegrityError] = []
    count = 0
    for choice in _in_order(wanted, offers, seen, lost):
        count += 1
        yield choice
    if not count:
        asked = f"Python {wanted.exact}" if wanted.exact else f"a Python that is {wanted.allowed}"
        unread = "".join(f"; {UNSTABLE[0]} cannot be asked: {error}" for error in lost)
        raise ResolveError(
            f"no Debian suite has {asked}; there are {', '.join(seen) or 'none'}{unread}",
            where="python setting" if wanted.exact else wanted.allowed_where,
            hint="; ".join([*(error.hint for error in lost if error.hint), _OTHERS]),
        )


def _in_order(
    wanted: Wishes,
    offers: Callable[[str], Sequence[str]],
    seen: list[str],
    lost: list[NetworkError | IntegrityError],
) -> Iterator[Choice]:
    def asked(suite: str) -> Sequence[str]:
        try:
            return offers(suite)
        except (NetworkError, IntegrityError) as error:
            if suite not in UNSTABLE or wanted.is_fixed:
                raise
            lost.append(error)
            return ()

    def offered(suite: str) -> list[tuple[PythonVersion, str]]:
        found = sorted((PythonVersion.parse(full_version(one)), full_version(one)) for one in asked(suite))
        seen.extend(f"{python} ({suite})" for python, _ in found)
        return [pair for pair in found if wanted.allowed.contains(pair[1], prereleases=True)]

    if wanted.exact is not None:
        pairs = ((suite, pair) for suite in wanted.suites for pair in offered(suite))
        met = next(((suite, pair) for suite, pair in pairs if pair[0] == wanted.exact), None)
        yield from _plain(wanted, [met] if met is not None else [], "asked for", where="python setting")
        return
    for suites, said in _groups(wanted):
        pairs = ((suite, pair) for suite in suites for pair in offered(suite))
        made = _plain(wanted, pairs, said) if wanted.wish is None else _near(wanted.wish, list(pairs))
        first = next(made, None)
        if first is not None:
            yield first
            yield from made
            return


def _plain(
    wanted: Wishes, offered: Iterable[tuple[str, tuple[PythonVersion, str]]], said: str, *, where: str = ""
) -> Iterator[Choice]:
    for suite, (python, full) in offered:
        yield Choice(suite, python, full, _decided(python, suite, said, where or wanted.allowed_where))


def _groups(wanted: Wishes) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield suites that are equally good, the best first, and why one of them would be taken."""
    allows = f"; {wanted.allowed} allows it" if wanted.allowed_where else ""
    if wanted.is_fixed:
        yield wanted.suites, f"the lowest of the suite asked for{allows}"
        return
    yield tuple(one for one in wanted.suites if one not in UNSTABLE), f"the suite's own{allows}"
    yield tuple(one for one in wanted.suites if one in UNSTABLE), "no stable suite has one that fits"


def _near(
    wish: Fact[PythonVersion], offered: list[tuple[str, tuple[PythonVersion, str]]]
) -> Iterator[Choice]:
    def distance(held: tuple[str, tuple[PythonVersion, str]]) -> tuple[int, int]:
        return abs(held[1][0].minor - wish.value.minor), -held[1][0].minor

    for suite, (python, full) in sorted(offered, key=distance):
        met = python == wish.value
        reason = "wished for" if met else f"{wish.value} is wished for, which no such suite has: the nearest"
        yield Choice(suite, python, full, _decided(python, suite, reason, wish.where))


def _decided(python: PythonVersion, suite: str, reason: str, where: str) -> Decision:
    return Decision("python", f"{python} (Debian {suite})", reason, where)


def _version(text: str, where: str) -> PythonVersion:
    try:
        return PythonVersion.parse(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no Python version", where=where, hint="write it as 3.13") from error
