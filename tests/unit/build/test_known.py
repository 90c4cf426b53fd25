from pathlib import Path

import smallbase
from bareboat.build import known
from bareboat.build.gather import Complete
from bareboat.build.packages import MADE
from bareboat.build.ready import Ready
from bareboat.facts.artifact import Artifact, Role
from bareboat.lock import BaseLock
from bareboat.project import read
from bareboat.store.cas import Store
from bareboat.tree.tree import Tree


def ready(name: str, role: Role) -> Ready:
    return Ready(Artifact(role, name, "1", name, 1, 1), Tree)


def test_what_was_found_is_known_until_the_lock_changes(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    project = read.read(folder, environ=smallbase.ENVIRON)
    base = BaseLock("trixie", "amd64", "3.13.5", (), (), 0)
    held = (ready("libc6", Role.BASE), ready("libmagic1", Role.NATIVE), ready(MADE, Role.NATIVE))
    with Store(tmp_path / "store") as store:
        assert known.recall(store, project, "trixie", "amd64") is None
        known.remember(store, project, Complete(held, base, (), because={"libmagic1": "has libmagic.so.1"}))
        found = known.recall(store, project, "trixie", "amd64")
        assert found == known.Known({"libmagic1": "has libmagic.so.1"}, ("libmagic1",))
        assert known.recall(store, project, "bookworm", "amd64") is None
        lock = project.source.path
        lock.write_text(lock.read_text() + "\n# changed\n")
        assert known.recall(store, project, "trixie", "amd64") is None
