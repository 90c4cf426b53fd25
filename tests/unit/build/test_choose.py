"""Which suite and Python: what the project allows, what it wishes, what the suites offer."""

from collections.abc import Mapping, Sequence

import pytest
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet

from bareboat.build.choose import choices
from bareboat.build.wishes import STABLE, UNSTABLE, Origin, Wish, Wishes
from bareboat.errors import NetworkError, ResolveError

OFFERS = {
    "trixie": ["3.13.5-2"],
    "bookworm": ["3.11.2-6+deb12u6"],
    "sid": ["3.13.11-1", "3.14.2-1", "3.15.0~a3-1"],
}
RELEASES = ("3.12.4", "3.12.10", "3.11.9", "3.13.2", "3.14.0", "3.15.0a1", "3.12.1", "3.10.14")


def wanted(
    allowed: str = "",
    *,
    exact: str = "",
    wish: str = "",
    suite: str = "",
    source: Origin = Origin.DEBIAN,
) -> Wishes:
    return Wishes(
        SpecifierSet(allowed),
        "pyproject.toml:3" if allowed else "",
        Wish(exact, "python setting") if exact else None,
        tuple(Wish(one, f"file:{number}") for number, one in enumerate(wish.split(), 1)),
        (suite,) if suite else (*STABLE, *UNSTABLE),
        is_fixed=bool(suite),
        source=source,
    )


def chosen(wishes: Wishes, offers: Mapping[str, Sequence[str]] = OFFERS) -> list[str]:
    found = choices(wishes, lambda suite: offers[suite], lambda: RELEASES)
    return [f"{'standalone' if one.is_standalone else one.suite} {one.full}" for one in found]


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (wanted(), ["trixie 3.13.5", "bookworm 3.11.2"]),
        (wanted(">=3.9"), ["trixie 3.13.5", "bookworm 3.11.2"]),
        (wanted("<3.13"), ["bookworm 3.11.2"]),
        (wanted(">=3.14"), ["sid 3.14.2", "sid 3.15.0a3"]),
        (wanted(wish="3.11"), ["bookworm 3.11.2", "trixie 3.13.5"]),
        (wanted(wish="3.12"), ["trixie 3.13.5", "bookworm 3.11.2"]),
        (wanted(wish="3.10"), ["bookworm 3.11.2", "trixie 3.13.5"]),
        (wanted(wish="3.14"), ["trixie 3.13.5", "bookworm 3.11.2"]),
        (wanted(">=3.14", wish="3.14"), ["sid 3.14.2", "sid 3.15.0a3"]),
        (wanted(exact="3.11"), ["bookworm 3.11.2"]),
        (wanted(exact="3.15"), ["sid 3.15.0a3"]),
        (wanted(suite="sid"), ["sid 3.13.11", "sid 3.14.2", "sid 3.15.0a3"]),
        (wanted(suite="sid", wish="3.14"), ["sid 3.14.2", "sid 3.15.0a3", "sid 3.13.11"]),
        (wanted(suite="bookworm", exact="3.11"), ["bookworm 3.11.2"]),
        (wanted(wish="3.12 3.11"), ["bookworm 3.11.2", "trixie 3.13.5"]),
        (wanted(wish="3.11.9"), ["bookworm 3.11.2", "trixie 3.13.5"]),
    ],
)
def test_what_is_tried_in_order(wishes: Wishes, expected: list[str]) -> None:
    assert chosen(wishes) == expected


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (
            wanted("<3.9"),
            "has a Python that is <3.9; there are 3.13 (trixie), 3.11 (bookworm)",
        ),
        (wanted(exact="3.12"), "no Debian suite has Python 3.12"),
        (
            wanted(suite="bookworm", exact="3.13"),
            "has Python 3.13; there are 3.11 (bookworm)",
        ),
        (wanted(">=3.13", exact="3.11"), "no Debian suite has Python 3.11"),
    ],
)
def test_what_nobody_has_is_told_with_what_there_is(wishes: Wishes, said: str) -> None:
    with pytest.raises(ResolveError) as caught:
        chosen(wishes)
    assert said in caught.value.message
    assert "python-build-standalone" in caught.value.hint


def test_later_suites_are_asked_only_when_they_are_needed() -> None:
    asked: list[str] = []

    def offers(suite: str) -> Sequence[str]:
        asked.append(suite)
        return OFFERS[suite]

    next(choices(wanted(), offers))
    assert asked == ["trixie"]


def test_an_unstable_suite_that_cannot_be_read_has_nothing() -> None:
    def offers(suite: str) -> Sequence[str]:
        if suite == "sid":
            raise NetworkError("no answer", hint="check the mirror")
        return OFFERS[suite]

    with pytest.raises(ResolveError, match="sid cannot be asked: no answer"):
        list(choices(wanted(">=3.14"), offers))
    with pytest.raises(NetworkError):
        list(choices(wanted(suite="sid"), offers))


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        (wanted(), "the suite's own"),
        (wanted(">=3.9"), "the suite's own; >=3.9 allows it"),
        (wanted(wish="3.13"), "wished for"),
        (wanted(wish="3.12"), "3.12 is wished for, which nothing in use has: the nearest"),
        (wanted(exact="3.13"), "asked for"),
        (wanted(">=3.14"), "no stable suite has one that fits"),
        (wanted(suite="sid"), "the lowest of the suite asked for"),
    ],
)
def test_the_reason_is_told(wishes: Wishes, reason: str) -> None:
    assert next(choices(wishes, lambda suite: OFFERS[suite])).decision.reason == reason


def found(wishes: Wishes) -> list[tuple[str, bool, str]]:
    return [
        (one.decision.reason, one.met, one.warning)
        for one in choices(wishes, lambda suite: OFFERS[suite], lambda: RELEASES)
    ]


def test_a_wish_that_is_not_met_is_said_loudly() -> None:
    reason, met, warning = found(wanted(wish="3.12"))[0]
    assert not met
    assert warning.startswith("Python 3.13 instead of 3.12, which file:1 asks for: no source in use has it")
    assert found(wanted(wish="3.13"))[0] == ("wished for", True, "")
    reason, met, warning = found(wanted(wish="3.12 3.11"))[0]
    assert (reason, met) == ("wished for; file:1 would have 3.12, which no such suite has", True)
    assert found(wanted(wish="3.11.9"))[0][0] == "wished for, as 3.11.9: Debian has 3.11.2"


def test_wishes_that_are_not_allowed_are_told() -> None:
    asked = replace(wanted(), refused=("a wishes for 3.12, which b does not allow",))
    assert found(asked)[0][0] == "the suite's own; a wishes for 3.12, which b does not allow"


def test_what_is_asked_for_and_not_allowed_says_so() -> None:
    with pytest.raises(ResolveError, match=r"Python 3.11 that pyproject.toml:3 allows \(>=3.13\)"):
        chosen(wanted(">=3.13", exact="3.11"))


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (wanted(source=Origin.ANY), ["trixie 3.13.5", "bookworm 3.11.2", "standalone 3.14.0"]),
        (wanted(wish="3.11", source=Origin.ANY), ["bookworm 3.11.2", "trixie 3.13.5"]),
        (wanted(wish="3.12", source=Origin.ANY), ["standalone 3.12.10", "trixie 3.13.5"]),
        (wanted(wish="3.12.4", source=Origin.ANY), ["standalone 3.12.4", "trixie 3.13.5"]),
        (wanted(wish="3.12.99", source=Origin.ANY), ["standalone 3.12.10", "trixie 3.13.5"]),
        (wanted("==3.12.*", source=Origin.ANY), ["standalone 3.12.10"]),
        (wanted("==3.12.4", source=Origin.ANY), ["standalone 3.12.4"]),
        (wanted(exact="3.12", source=Origin.ANY), ["standalone 3.12.10"]),
        (wanted(exact="3.13", source=Origin.ANY), ["trixie 3.13.5"]),
        (wanted(exact="3.13.2", source=Origin.STANDALONE), ["standalone 3.13.2"]),
        (wanted(source=Origin.STANDALONE), ["standalone 3.14.0", "standalone 3.13.2", "standalone 3.12.10"]),
        (wanted(">=3.15.0a1", source=Origin.STANDALONE), ["standalone 3.15.0a1"]),
        (wanted(wish="3.12 3.11", source=Origin.STANDALONE), ["standalone 3.12.10", "standalone 3.11.9"]),
        (wanted(wish="3.9", source=Origin.STANDALONE), ["standalone 3.10.14", "standalone 3.11.9"]),
        (wanted(wish="3.9", source=Origin.ANY), ["bookworm 3.11.2", "trixie 3.13.5"]),
        (wanted("<3.11", wish="3.9", source=Origin.ANY), ["standalone 3.10.14"]),
    ],
)
def test_what_is_tried_where_other_builds_may_be_taken(wishes: Wishes, expected: list[str]) -> None:
    assert chosen(wishes)[: len(expected)] == expected


def test_the_refusal_names_what_was_asked() -> None:
    with pytest.raises(
        ResolveError, match=r"neither Debian nor python-build-standalone has Python 3\.7"
    ) as caught:
        chosen(wanted(exact="3.7", source=Origin.ANY))
    assert "3.12 (standalone)" in caught.value.message
    with pytest.raises(ResolveError, match=r"python-build-standalone has no Python 3\.7"):
        chosen(wanted(exact="3.7", source=Origin.STANDALONE))


def test_a_patch_release_that_there_is_no_build_of_is_told() -> None:
    reason, met, warning = found(wanted(wish="3.12.99", source=Origin.ANY))[0]
    assert (met, warning) == (True, "")
    assert reason == "3.12.99 is wished for, which is not among the builds: the newest of its kind"
