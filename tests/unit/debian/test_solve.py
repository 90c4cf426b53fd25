"""The closure of names over small indexes."""

import pytest

from bareboat.debian import packages
from bareboat.debian.packages import Pool
from bareboat.debian.solve import LeftOut, Solution, solve
from bareboat.errors import ResolveError


def pool(*lines: str) -> Pool:
    """Return a pool of `name version; Field: value; …` lines."""
    text = []
    for line in lines:
        head, *fields = [part.strip() for part in line.split(";")]
        name, _, version = head.partition(" ")
        architecture = (
            "" if any(field.startswith("Architecture") for field in fields) else "Architecture: all\n"
        )
        text.append(
            f"Package: {name}\nVersion: {version or '1'}\n{architecture}"
            + "".join(f"{field}\n" for field in fields)
            + f"Filename: pool/{name}.deb\nSize: 1\nSHA256: {'0' * 64}\n"
        )
    return Pool([packages.scan(["\n".join(text).encode()], "main")])


def closed(there: Pool, *names: str, exclude: tuple[str, ...] = ()) -> Solution:
    return solve(there, names, suite="trixie", architecture="amd64", exclude=exclude)


def names(solution: Solution) -> list[str]:
    return [each.candidate.name for each in solution.chosen]


def test_everything_that_is_needed_comes_along() -> None:
    there = pool("a; Depends: b, c (>= 1)", "b; Pre-Depends: d", "c 2", "d; Depends: a", "e; Recommends: a")
    solution = closed(there, "a")
    assert names(solution) == ["a", "b", "c", "d"]
    assert [each.because for each in solution.chosen] == ["", "a", "a", "b"]
    assert solution.left_out == ()


def test_the_order_of_names_does_not_count() -> None:
    there = pool("a; Depends: x | y", "b; Depends: y | x", "x", "y", "c; Depends: y")
    assert closed(there, "a", "b", "c") == closed(there, "c", "b", "a", "a")


def test_of_alternatives_one_that_is_there_is_taken_else_the_first_that_exists() -> None:
    there = pool("a; Depends: none | x | y", "b; Depends: x | y", "x", "y")
    assert names(closed(there, "a")) == ["a", "x"]
    assert names(closed(there, "b", "y")) == ["b", "y"]


def test_virtual_packages_are_met_by_what_provides_them() -> None:
    there = pool(
        "a; Depends: awk",
        "gawk; Provides: awk; Priority: optional",
        "mawk; Provides: awk; Priority: required",
    )
    assert names(closed(there, "a")) == ["a", "mawk"]
    assert names(closed(there, "a", "gawk")) == ["a", "gawk"]


def test_a_version_is_met_by_a_versioned_provision_only() -> None:
    there = pool(
        "a; Depends: v (>= 2)", "one; Provides: v", "two; Provides: v (= 1)", "zzz; Provides: v (= 3)"
    )
    assert names(closed(there, "a")) == ["a", "zzz"]


def test_a_real_package_goes_before_a_provider_if_its_version_fits() -> None:
    there = pool("a; Depends: v", "b; Depends: v (>= 2)", "v 1", "p; Provides: v (= 2)")
    assert names(closed(there, "a")) == ["a", "v"]
    assert names(closed(there, "b")) == ["b", "p"]


def test_what_policy_leaves_out_is_listed() -> None:
    there = pool(
        "a; Depends: debconf | debconf-2.0, libdb, awk",
        "debconf",
        "libdb; Depends: more",
        "more",
        "mawk; Provides: awk",
    )
    solution = closed(there, "a", exclude=("debconf", "libdb", "mawk", "unknown"))
    assert names(solution) == ["a"]
    assert solution.left_out == (LeftOut("debconf", "a"), LeftOut("libdb", "a"), LeftOut("mawk", "a"))


def test_a_requested_name_is_taken_even_if_policy_leaves_it_out_elsewhere() -> None:
    assert names(closed(pool("a"), "a", exclude=("a",))) == ["a"]


def test_other_architectures_do_not_count() -> None:
    there = pool(
        "a; Depends: b [arm64], c:any, d:native",
        "c; Architecture: amd64",
        "d",
        "b; Architecture: arm64",
        "p; Architecture: arm64; Provides: v",
        "q; Depends: v",
        "r; Depends: c:arm64",
    )
    assert names(closed(there, "a")) == ["a", "c", "d"]
    for name in ("b", "q", "r"):
        with pytest.raises(ResolveError):
            closed(there, name)
    with pytest.raises(ResolveError):
        closed(there, "c", "r")


def test_a_name_that_is_not_there_is_refused_with_those_near_it() -> None:
    with pytest.raises(ResolveError, match="Debian trixie: no package called 'libpq6' for amd64") as caught:
        closed(pool("libpq5", "other"), "libpq6")
    assert "libpq5" in caught.value.hint
    with pytest.raises(ResolveError) as caught:
        closed(pool("other"), "zzz")
    assert "did you mean" not in caught.value.hint


def test_an_unmet_version_names_the_two_that_disagree() -> None:
    with pytest.raises(ResolveError, match=r"a 1 needs b \(>= 3\), but b is 2"):
        closed(pool("a; Depends: b (>= 3)", "b 2"), "a")
    with pytest.raises(ResolveError, match=r"a 1 needs b \(>= 3\) \| c \(= 1\), but b is 2 and c is 2"):
        closed(pool("a; Depends: b (>= 3) | c (= 1)", "b 2", "c 2"), "a")


def test_a_missing_dependency_names_who_wants_it() -> None:
    with pytest.raises(ResolveError, match="a 1 needs b, but there is no such package"):
        closed(pool("a; Depends: b"), "a")


@pytest.mark.parametrize("field", ["Conflicts", "Breaks"])
def test_two_that_refuse_each_other_are_named(field: str) -> None:
    there = pool(f"a 2; {field}: b (<< 3), v", "b 2", "c 3; Provides: v", "d; Provides: b (= 3)")
    with pytest.raises(ResolveError, match=r"a 2 does not go together with b 2 \(it refuses b \(<< 3\)\)"):
        closed(there, "a", "b")
    with pytest.raises(ResolveError, match="a 2 does not go together with c 3"):
        closed(there, "a", "c")
    assert names(closed(there, "a", "d")) == ["a", "d"]


def test_a_package_may_refuse_what_it_provides_itself() -> None:
    assert names(closed(pool("a; Conflicts: v; Provides: v"), "a")) == ["a"]
