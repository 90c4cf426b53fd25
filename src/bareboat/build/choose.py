"""Which interpreter an image gets, from what the project allows and wishes and from what there is.

Stable suites come before sid; within what `requires-python` allows a wish is met where a source can
meet it, else the nearest version is taken and said so. What a source offers is read from its indexes,
and only as far as needed: most projects ask the first suite alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace
from packaging.version import Version

from bareboat.build.wishes import SETTING, UNSTABLE, Origin, Wish, Wishes, may
from bareboat.debian.interpreter import full_version
from bareboat.errors import IntegrityError, NetworkError, ResolveError
from bareboat.project.command import Decision
from bareboat.target import PythonVersion

__all__ = ["Choice", "choices"]


class Choice(Struct, frozen=True):
    """An interpreter that a source offers; `full` is its own version, as in 3.13.5.

    `suite` has all other Debian packages too. `met` says that it is what was asked or wished for;
    `warning` tells a wish that it does not meet, empty if there is none.
    """

    suite: str
    python: PythonVersion
    full: str
    decision: Decision
    is_standalone: bool = False
    met: bool = False
    warning: str = ""


def choices(
    wanted: Wishes,
    offers: Callable[[str], Sequence[str]],
    releases: Callable[[], Sequence[str]] = tuple,
) -> Iterator[Choice]:
    """Yield the interpreters that fit, best first, asking a source only when needed.

    `offers` gives the versions of Debian's CPython packages in a suite, `releases` those of
    python-build-standalone. An unstable suite that nobody named and that cannot be read counts as
    having none. Raises ResolveError when none fits.
    """
    offered = _Offered(wanted, offers, releases, [], [])
    count = 0
    for choice in offered.in_order():
        count += 1
        yield choice
    if not count:
        raise offered.refusal()


class _Offered(Struct, frozen=True):
    """What the sources have; `seen` are versions in words, `lost` what could not be asked."""

    wanted: Wishes
    offers: Callable[[str], Sequence[str]]
    releases: Callable[[], Sequence[str]]
    seen: list[str]
    lost: list[NetworkError | IntegrityError]

    def in_order(self) -> Iterator[Choice]:
        wanted = self.wanted
        if wanted.source is Origin.STANDALONE:
            yield from self._standalone()
        elif wanted.exact is not None:
            found = list(self._exact(wanted.exact))
            yield from found
            if not found and wanted.source is Origin.ANY:
                yield from self._standalone()
        else:
            debian = self._debian()
            first = next(debian, None)
            if wanted.source is Origin.ANY and (first is None or (wanted.wished and not first.met)):
                yield from self._standalone(or_nearest=first is None)
            if first is not None:
                yield first
                yield from debian
                if wanted.source is Origin.ANY and not wanted.wished:
                    yield from self._standalone()

    def refusal(self) -> ResolveError:
        wanted = self.wanted
        asked = f"Python {wanted.exact.text}" if wanted.exact else f"a Python that is {wanted.allowed}"
        unread = "".join(f"; {UNSTABLE[0]} cannot be asked: {error}" for error in self.lost)
        nobody = {
            Origin.DEBIAN: "no Debian suite has",
            Origin.STANDALONE: "python-build-standalone has no" if wanted.exact else "no build is",
            Origin.ANY: "neither Debian nor python-build-standalone has",
        }[wanted.source]
        allows = ""
        if wanted.exact is not None and wanted.allowed_where and not may(wanted.allowed, wanted.exact):
            allows = f" that {wanted.allowed_where} allows ({wanted.allowed})"
        return ResolveError(
            f"{nobody} {asked}{allows}; there are {', '.join(self.seen) or 'none'}{unread}",
            where=SETTING if wanted.exact else wanted.allowed_where,
            hint="; ".join([*(error.hint for error in self.lost if error.hint), _others(wanted)]),
        )

    def _suite(self, suite: str) -> list[tuple[PythonVersion, str]]:
        """Return what a suite has of what is allowed, lowest first."""
        try:
            versions = self.offers(suite)
        except (NetworkError, IntegrityError) as error:
            if suite not in UNSTABLE or self.wanted.is_fixed:
                raise
            self.lost.append(error)
            return []
        found = sorted((PythonVersion.parse(full_version(one)), full_version(one)) for one in versions)
        self.seen.extend(f"{python} ({suite})" for python, _ in found)
        return [pair for pair in found if self.wanted.allowed.contains(pair[1], prereleases=True)]

    def _exact(self, exact: Wish) -> Iterator[Choice]:
        for suite in self.wanted.suites:
            for python, full in self._suite(suite):
                if python == exact.python:
                    yield Choice(suite, python, full, _decided(python, suite, "asked for", SETTING), met=True)
                    return

    def _debian(self) -> Iterator[Choice]:
        wanted = self.wanted
        for suites, said in _groups(wanted):
            pairs = ((suite, pair) for suite in suites for pair in self._suite(suite))
            made = self._near(list(pairs)) if wanted.wished else self._plain(pairs, said)
            first = next(made, None)
            if first is not None:
                yield first
                yield from made
                return

    def _plain(self, offered: Iterable[tuple[str, tuple[PythonVersion, str]]], said: str) -> Iterator[Choice]:
        for suite, (python, full) in offered:
            reason = "; ".join((said, *self.wanted.refused))
            yield Choice(suite, python, full, _decided(python, suite, reason, self.wanted.allowed_where))

    def _near(self, offered: list[tuple[str, tuple[PythonVersion, str]]]) -> Iterator[Choice]:
        """Yield what meets a wish, then what is nearest to the strongest one."""
        wished = self.wanted.wished
        first = wished[0]
        order = {wish.python: number for number, wish in reversed(list(enumerate(wished)))}

        def distance(held: tuple[str, tuple[PythonVersion, str]]) -> tuple[int, int, int]:
            return order.get(held[1][0], len(order)), *_distance(first, held[1][0])

        for suite, (python, full) in sorted(offered, key=distance):
            wish = next((one for one in wished if one.python == python), None)
            reason, warning = _met(wish, first, full, self.wanted)
            decision = _decided(python, suite, reason, (wish or first).where)
            yield Choice(suite, python, full, decision, met=wish is not None, warning=warning)

    def _standalone(self, *, or_nearest: bool = True) -> Iterator[Choice]:
        """Yield builds of python-build-standalone: what was asked for, else the newest of each minor.

        Where a wish cannot be met, those nearest to it come first; none without `or_nearest`.
        """
        wanted = self.wanted
        offered = self.releases()
        self.seen.extend(f"{python} (standalone)" for python in _newest(offered))
        held = [one for one in offered if wanted.allowed.contains(one, prereleases=True)]
        best = _newest(held)
        asked = (wanted.exact,) if wanted.exact is not None else wanted.wished
        taken: set[str] = set()
        for wish in asked:
            full = wish.text if wish.text in held else best.get(wish.python, "")
            if full and full not in taken:
                taken.add(full)
                said = "asked for" if wanted.exact is not None else "wished for"
                if wish.is_full and full != wish.text:
                    said = f"{wish.text} is {said}, which is not among the builds: the newest of its kind"
                yield self._build(full, said, wish.where, met=True)
        if wanted.exact is not None or taken or not or_nearest:
            return
        if wanted.wished:
            first = wanted.wished[0]
            for full in sorted(best.values(), key=lambda one: _distance(first, PythonVersion.parse(one))):
                reason, warning = _met(None, first, full, wanted)
                yield replace(self._build(full, reason, first.where), warning=warning)
            return
        allows = f"; {wanted.allowed} allows it" if wanted.allowed_where else ""
        for full in best.values():
            reason = "; ".join((f"the newest that is released{allows}", *wanted.refused))
            yield self._build(full, reason, wanted.allowed_where)

    def _build(self, full: str, said: str, where: str, *, met: bool = False) -> Choice:
        python = PythonVersion.parse(full)
        suite = self.wanted.suites[0]
        value = f"{full} (python-build-standalone on Debian {suite})"
        decision = Decision("python", value, said, where)
        return Choice(suite, python, full, decision, is_standalone=True, met=met)


def _newest(versions: Iterable[str]) -> dict[PythonVersion, str]:
    """Return the newest release of each minor version, the newest minor first, previews last."""
    held: dict[PythonVersion, str] = {}
    for text in sorted(versions, key=Version):
        python = PythonVersion.parse(text)
        if python not in held or not Version(text).is_prerelease:
            held[python] = text
    return dict(sorted(held.items(), key=lambda item: (Version(item[1]).is_prerelease, -item[0].minor)))


def _groups(wanted: Wishes) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield suites that are equally good, the best first, and why one of them would be taken."""
    allows = f"; {wanted.allowed} allows it" if wanted.allowed_where else ""
    if wanted.is_fixed:
        yield wanted.suites, f"the lowest of the suite asked for{allows}"
        return
    yield tuple(one for one in wanted.suites if one not in UNSTABLE), f"the suite's own{allows}"
    yield tuple(one for one in wanted.suites if one in UNSTABLE), "no stable suite has one that fits"


def _met(wish: Wish | None, first: Wish, full: str, wanted: Wishes) -> tuple[str, str]:
    """Return why a suite's Python is taken, and the warning where it is not what was wished for."""
    python = PythonVersion.parse(full)
    if wish is None:
        reason = f"{first.text} is wished for, which nothing in use has: the nearest"
        warning = f"Python {python} instead of {first.text}, which {first.where} asks for"
        warning += ": no source in use has it"
        return reason, f"{warning}; {_others(wanted)}"
    reason = "wished for"
    if wish is not first:
        reason += f"; {first.where} would have {first.text}, which no such suite has"
    if wish.is_full and wish.text != full:
        reason += f", as {wish.text}: Debian has {full}"
    return reason, ""


def _distance(wish: Wish, python: PythonVersion) -> tuple[int, int]:
    return abs(python.minor - wish.python.minor), -python.minor


def _others(wanted: Wishes) -> str:
    """Return which sources have other versions."""
    standalone = 'interpreter = "any" (or `--interpreter any`) takes a build of python-build-standalone; '
    registry = "a registry's base image comes in a later release"
    return (standalone if wanted.source is Origin.DEBIAN else "") + registry


def _decided(python: PythonVersion, suite: str, reason: str, where: str) -> Decision:
    return Decision("python", f"{python} (Debian {suite})", reason, where)
