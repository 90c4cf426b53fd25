"""Packages into layers: the laws that a split keeps, on any set of packages."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bareboat.plan.split import HUGE, LARGE, Group, split

WEIGHTS = (
    st.integers(0, 3 * LARGE) | st.integers(0, 5000) | st.sampled_from([LARGE - 1, LARGE, HUGE, HUGE + 1])
)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
PACKAGES = st.dictionaries(NAMES, WEIGHTS, max_size=60)
BUDGETS = st.integers(9, 100)


def whole(groups: tuple[Group, ...]) -> list[str]:
    """Every name once: further parts of a huge package do not count again."""
    return sorted(name for group in groups if group.part == 1 for name in group.members)


@given(PACKAGES, BUDGETS)
def test_every_package_is_in_one_group(packages: dict[str, int], budget: int) -> None:
    groups = split(packages, budget=budget)
    assert whole(groups) == sorted(packages)
    assert all(group.members for group in groups)


@given(PACKAGES, BUDGETS)
def test_the_budget_is_kept_where_parts_allow(packages: dict[str, int], budget: int) -> None:
    parts = sum(-(-weight // HUGE) for weight in packages.values() if weight > HUGE)
    assert len(split(packages, budget=budget)) <= max(budget, parts + 8)


@given(PACKAGES, BUDGETS, st.randoms(use_true_random=False))
def test_order_does_not_matter(packages: dict[str, int], budget: int, shuffler: random.Random) -> None:
    items = list(packages.items())
    shuffler.shuffle(items)
    assert split(dict(items), budget=budget) == split(packages, budget=budget)


@settings(max_examples=200)
@given(PACKAGES, BUDGETS, st.data())
def test_a_new_version_changes_one_layer(packages: dict[str, int], budget: int, data: st.DataObject) -> None:
    """What decides is the weight class: a new version of about the same size leaves all others alone."""
    small = sorted(name for name, weight in packages.items() if weight < LARGE - 8)
    if not small:
        return
    name = data.draw(st.sampled_from(small))
    before = split(packages, budget=budget)
    total = sum(weight for weight in packages.values() if weight < LARGE)
    change = data.draw(st.integers(1, 7))
    if -(-total // LARGE) != -(-(total + change) // LARGE):
        return  # the sum crosses into the next number of buckets
    after = split({**packages, name: packages[name] + change}, budget=budget)
    assert [group.members for group in before] == [group.members for group in after]
    changed = [group for group, other in zip(before, after, strict=True) if group != other]
    assert len(changed) == 1
    assert name in changed[0].members


@given(PACKAGES, NAMES)
def test_one_package_more_touches_one_bucket_or_divides_all(packages: dict[str, int], name: str) -> None:
    """Small packages stay together with those of their bucket, or with a half of them."""
    small = {key: min(weight, LARGE - 1) for key, weight in packages.items() if key != name}
    before = [set(group.members) for group in split(small, budget=100)]
    after = [set(group.members) - {name} for group in split({**small, name: 10}, budget=100)]
    assert all(any(new <= old for old in before) for new in after if new)


def test_large_packages_have_layers_of_their_own() -> None:
    groups = split({"numpy": 30 << 20, "click": 9000, "scipy": 90 << 20}, budget=30)
    assert [group.members for group in groups[:2]] == [("numpy",), ("scipy",)]
    assert groups[2].members == ("click",)


def test_a_huge_package_is_cut_into_parts() -> None:
    groups = split({"torch": 2 * HUGE + 1}, budget=30)
    assert [(group.part, group.parts, group.members) for group in groups] == [
        (part, 3, ("torch",)) for part in (1, 2, 3)
    ]


def test_a_small_budget_gives_up_the_smallest_large_package_first() -> None:
    packages = {f"large{number}": LARGE + number for number in range(10)}
    groups = split(packages, budget=9)
    alone = [group.members[0] for group in groups if not group.name.startswith("small")]
    assert len(groups) <= 9
    assert "large9" in alone
    assert "large0" not in alone


def test_nothing_gives_nothing() -> None:
    assert split({}, budget=30) == ()


@pytest.mark.parametrize("budget", [1, 2, 3, 8])
def test_a_tiny_budget_still_holds_everything(budget: int) -> None:
    packages = {f"p{number}": 1000 * number for number in range(50)}
    groups = split(packages, budget=budget)
    assert whole(groups) == sorted(packages)
    assert len(groups) <= budget


def test_bucket_names_say_which_of_how_many() -> None:
    groups = split({f"p{number}": 10 for number in range(40)}, budget=30)
    assert {group.name.partition(" packages ")[2].partition("/")[2] for group in groups} == {"8"}
