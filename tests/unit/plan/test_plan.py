"""The Plan as a value."""

from bareboat.facts.artifact import Role
from plans import ARTIFACTS, artifact, plan


def test_every_artifact_is_told_once_in_the_order_of_the_layers() -> None:
    assert [one.name for one in plan().artifacts] == [
        *("libc6", "python3.13-minimal", "numpy", "click", "application")
    ]
    huge = (*ARTIFACTS, artifact(Role.DEPENDENCY, "torch", 900 << 20))
    assert [one.name for one in plan(artifacts=huge).artifacts].count("torch") == 1


def test_the_size_is_that_of_all_layers() -> None:
    assert plan().size == sum(one.size for one in ARTIFACTS)


def test_plans_compare_by_what_they_say() -> None:
    assert plan() == plan()
    assert plan() != plan(created=61)
