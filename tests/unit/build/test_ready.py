"""An artifact measured once: recalled without being made, with what making it had to say."""

from pathlib import Path

from bareboat.build.ready import Ready, is_measured, measured
from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding, Severity
from bareboat.store.cas import Store
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree

TREE = Tree.of([file("opt/a.py", b"x = 1\n")]).with_parents()
FINDING = Finding("BB930", "opt/b.py", "is not compiled", Severity.INFO, "a hint")


class Work:
    """Makes a tree and counts how often."""

    def __init__(self) -> None:
        self.made = 0
        self.findings: list[Finding] = []

    def make(self) -> Tree:
        self.made += 1
        self.findings.append(FINDING)
        return TREE

    def describe(self, tree: Tree) -> Artifact:
        return Artifact(
            Role.DEPENDENCY, "a", "1", "", tree.size, len(tree), because="me", dropped=(("docs", 7),)
        )

    def ready(self, store: Store, key: str = "k") -> Ready:
        return measured(store, key, self.make, self.describe, findings=self.findings)


def test_the_second_time_nothing_is_made(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert not is_measured(store, "k")
        first = Work().ready(store)
        assert is_measured(store, "k")
        again = Work()
        second = again.ready(store)
    assert again.made == 0
    assert second.artifact == first.artifact
    assert second.artifact == Artifact(Role.DEPENDENCY, "a", "1", "k", 6, 2, dropped=(("docs", 7),))


def test_findings_are_the_same_warm_and_cold(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert Work().ready(store).findings == Work().ready(store).findings == (FINDING,)


def test_a_recalled_artifact_makes_its_files_when_they_are_asked_for(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        Work().ready(store)
        again = Work()
        ready = again.ready(store)
        assert [entry.path for entry in ready.tree()] == ["opt", "opt/a.py"]
    assert again.made == 1
    assert ready.findings == (FINDING,)


def test_keys_do_not_mix(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        Work().ready(store, "one")
        other = Work()
        other.ready(store, "two")
    assert other.made == 1
