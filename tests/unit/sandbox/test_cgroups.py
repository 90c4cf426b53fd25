"""A control group on a folder that stands for the kernel's; here no host delegates one."""

from pathlib import Path

import pytest

from bareboat.sandbox import cgroups
from bareboat.sandbox.limits import Limits


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own"
    file.write_text("1:cpu:/x\n0::/user/session\n")
    return file


def test_limits_are_written_and_the_process_joins(
    tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mount" / "user" / "session").mkdir(parents=True)
    monkeypatch.setattr(cgroups, "_remove", lambda made: None)
    with cgroups.group(Limits(memory=7, processes=3), mount=tmp_path / "mount", own=own) as join:
        assert join is not None
        join(42)
    (made,) = (tmp_path / "mount" / "user").glob("bareboat-*")
    assert (made / "memory.max").read_text() == "7"
    assert (made / "pids.max").read_text() == "3"
    assert (made / "cgroup.procs").read_text() == "42"


@pytest.mark.parametrize("text", ["", "1:cpu:/x\n", "0::/gone/away\n"])
def test_without_delegation_there_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "own").write_text(text)
    with cgroups.group(Limits(), mount=tmp_path / "mount", own=tmp_path / "own") as join:
        assert join is None


def test_an_empty_group_is_removed(tmp_path: Path) -> None:
    made = tmp_path / "group"
    made.mkdir()
    cgroups._remove(made)
    assert list(made.iterdir()) == [made / "cgroup.kill"]
