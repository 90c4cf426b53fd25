"""The plan as a job: the caller's world handed down, nothing made."""

from pathlib import Path

import smallbase
from bareboat.jobs.plan import plan, wanted


def test_a_plan_makes_no_layer(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    made = plan(folder, {"port": 9001}, smallbase.world().context())
    assert made.config.exposed_ports == ("9001/tcp",)
    assert sorted(path.name for path in folder.iterdir()) == [
        *("main.py", "pylock.toml", "pyproject.toml", "wheels")
    ]


def test_all_of_the_context_is_handed_down(tmp_path: Path) -> None:
    context = smallbase.world().context()
    asked = wanted(tmp_path, {"port": 1}, context, locked=True)
    assert (asked.folder, asked.flags, asked.locked, asked.renew, asked.refresh) == (
        *(tmp_path, {"port": 1}, True),
        *(False, False),
    )
    for name in ("environ", "now", "created", "store", "arch", "apt_folder", "workers", "offline", "keys"):
        assert getattr(asked, name) == getattr(context, name), name
    assert asked.progress is context.progress
