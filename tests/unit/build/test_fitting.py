"""The best base that packages are found for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat.build.bases import Bases, Candidate
from bareboat.build.fitting import first, wanting
from bareboat.build.prepare import tools_for
from bareboat.build.wishes import Origin, Wishes, wishes
from bareboat.errors import ResolveError
from bareboat.lock import Lock, LockedPackage, Sdist, Wheel
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.project.command import Decision

OLD = "numpy-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
Locked = Callable[[Candidate], Lock]


class Several(Bases):
    """Offers one base as if several suites had it, each with its own Python."""

    versions: tuple[str, ...] = ("3.13.5", "3.11.2")
    given: bool = False
    warning: str = ""

    def candidates(self, wishes: Wishes) -> Iterator[Candidate]:
        held = next(super().candidates(wishes)).base
        for full in self.versions:
            decision = Decision("python", full, "the suite's own")
            yield Candidate(replace(held, python=full), decision, is_given=self.given, warning=self.warning)


@pytest.fixture
def bases(tmp_path: Path) -> Iterator[Several]:
    wanted = smallbase.world().wanted(smallbase.project(tmp_path / "shop"))
    with tools_for(wanted) as tools:
        yield Several(wanted, Settings(), tools)


def asked(bases: Bases, source: Origin = Origin.DEBIAN) -> Wishes:
    project = read.read(bases.folder, environ=smallbase.ENVIRON)
    return replace(wishes(project, python=None, suite=smallbase.SUITE), source=source)


def locked(*names: str, wheels_for: str = "") -> Locked:
    """Return a reader of a lock in which `names` have wheels for one Python alone."""

    def read(one: Candidate) -> Lock:
        held = []
        for name in names:
            sdist = Sdist(f"{name}-1.0.tar.gz", "https://index.invalid/x", "0" * 64, others=(OLD,))
            wheel = Wheel(f"{name}-1.0-py3-none-any.whl", "https://index.invalid/y", "1" * 64)
            fits = str(one.target.python) == wheels_for
            held.append(LockedPackage(name, "1.0", wheel if fits else None, sdist=None if fits else sdist))
        return Lock(tuple(held), "uv.lock")

    return read


def test_the_next_python_is_tried_where_the_first_has_no_wheels(bases: Several) -> None:
    heard = smallbase.Heard()
    attempts: list[str] = []

    def attempt(one: Candidate) -> str:
        attempts.append(one.target.python_full)
        if len(attempts) == 1:
            raise ResolveError("no wheel of numpy")
        return "found"

    fitting, found = first(bases, asked(bases), attempt, progress=heard)
    assert (found, attempts) == ("found", ["3.13.5", "3.11.2"])
    assert fitting.decision.reason == "another has no wheels: no wheel of numpy"
    assert "because no wheel of numpy" in heard.warnings[0]


def test_the_first_refusal_is_told_where_none_works(bases: Several) -> None:
    def attempt(one: Candidate) -> str:
        raise ResolveError(f"nothing for {one.target.python_full}")

    with pytest.raises(ResolveError, match=r"nothing for 3\.13\.5"):
        first(bases, asked(bases), attempt, progress=smallbase.Heard())


def test_the_python_that_has_the_wheels_is_taken_and_the_reason_told(bases: Several) -> None:
    heard = smallbase.Heard()
    fitting, lock = first(
        bases, asked(bases), locked("numpy", wheels_for="3.11"), progress=heard, lacks=wanting
    )
    assert fitting.target.python_full == "3.11.2"
    assert fitting.decision.reason == "numpy 1.0 is locked without a wheel for 3.13, the first choice"
    assert heard.notes == [f"Python 3.11.2: {fitting.decision.reason}"]
    assert (lock.packages[0].sdist, heard.warnings) == (None, [])


def test_where_none_has_the_wheels_the_sources_are_built_and_that_is_said(bases: Several) -> None:
    heard = smallbase.Heard()
    fitting, _ = first(bases, asked(bases), locked("a", "b", "c", "d"), progress=heard, lacks=wanting)
    assert fitting.target.python_full == "3.13.5"
    assert heard.warnings[0].startswith(
        "a 1.0, b 1.0, c 1.0 and 1 more are locked with wheels for Python 3.12 alone, "
        "built from sources for 3.13"
    )


def test_what_was_wished_for_is_kept_and_said(bases: Several) -> None:
    bases.given, bases.warning = True, "Python 3.13 instead of 3.12"
    heard = smallbase.Heard()
    fitting, _ = first(bases, asked(bases), locked("numpy", wheels_for="3.11"), progress=heard, lacks=wanting)
    assert fitting.target.python_full == "3.13.5"
    assert heard.warnings[0] == bases.warning
    assert "numpy 1.0 is locked with wheels for Python 3.12 alone" in heard.warnings[1]


def test_wheels_for_other_platforms_are_no_python(bases: Several) -> None:
    def read(_: Candidate) -> Lock:
        sdist = Sdist("a-1.tar.gz", "", "0" * 64, others=("a-1-cp313-cp313-win_amd64.whl",))
        return Lock((LockedPackage("a", "1", None, sdist=sdist),), "uv.lock")

    heard = smallbase.Heard()
    first(bases, asked(bases), read, progress=heard, lacks=wanting)
    assert heard.warnings == [
        "a 1 is locked with wheels for other platforms alone, built from sources for 3.13"
    ]


def test_sources_without_any_wheel_are_nothing_to_choose_by() -> None:
    plain = LockedPackage("a", "1", None, sdist=Sdist("a-1.tar.gz", "", "0" * 64))
    assert wanting(Lock((plain,), "uv.lock")) == ()
