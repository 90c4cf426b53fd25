"""Control groups as files under a root of the test's own."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareboat_health import Unavailable, memory
from bareboat_health.memory import rooms

MB = 10**6
MEMINFO = "MemTotal: 16000000 kB\nMemFree: 100 kB\nMemAvailable: 8000000 kB\n"
UNLIMITED = 9223372036854771712


def put(root: Path, files: "dict[str, object]") -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(text))
    return root


def version2(root: Path, group: str, limit: object, used: int, idle: int) -> None:
    folder = "sys/fs/cgroup" + group
    put(
        root,
        {
            "sys/fs/cgroup/cgroup.controllers": "cpu memory",
            f"{folder}/memory.max": f"{limit}\n",
            f"{folder}/memory.current": f"{used}\n",
            f"{folder}/memory.stat": f"anon 5\ninactive_file {idle}\n",
        },
    )


def test_version_2_in_a_container(tmp_path: Path) -> None:
    put(tmp_path, {"proc/meminfo": MEMINFO, "proc/self/cgroup": "0::/\n"})
    version2(tmp_path, "", 500 * MB, 480 * MB, 80 * MB)
    assert [(room.available, room.total) for room in rooms(tmp_path)] == [
        (100 * MB, 500 * MB),
        (8000000 * 1024, 16000000 * 1024),
    ]
    assert memory(min_bytes=1, root=tmp_path).call() == "100.0 MB of 500.0 MB available to the container"
    with pytest.raises(
        Unavailable, match=r"100\.0 MB of 500\.0 MB available to the container, 25\.0% wanted"
    ):
        memory(min_ratio=0.25, root=tmp_path).call()


def test_the_tightest_of_nested_groups_counts(tmp_path: Path) -> None:
    put(tmp_path, {"proc/meminfo": MEMINFO, "proc/self/cgroup": "0::/app.slice/web.service\n"})
    version2(tmp_path, "/app.slice/web.service", "max", 300 * MB, 0)
    version2(tmp_path, "/app.slice", 310 * MB, 300 * MB, 0)
    with pytest.raises(Unavailable, match=r"10\.0 MB of 310\.0 MB"):
        memory(min_bytes=20 * MB, root=str(tmp_path)).call()


@pytest.mark.parametrize("group", ["/../../elsewhere", "/docker/not-seen-from-inside"])
def test_a_group_that_is_not_seen_from_here_is_the_top(tmp_path: Path, group: str) -> None:
    put(tmp_path, {"proc/self/cgroup": f"0::{group}\n"})
    version2(tmp_path, "", 500 * MB, 100 * MB, 0)
    assert [room.available for room in rooms(tmp_path)] == [400 * MB]


def version1(root: Path, limit: int) -> None:
    folder = "sys/fs/cgroup/memory"
    put(
        root,
        {
            "proc/meminfo": MEMINFO,
            "proc/self/cgroup": "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n",
            f"{folder}/memory.limit_in_bytes": limit,
            f"{folder}/memory.usage_in_bytes": 90 * MB,
            f"{folder}/memory.stat": f"inactive_file 1\ntotal_inactive_file {40 * MB}\n",
        },
    )


def test_version_1(tmp_path: Path) -> None:
    version1(tmp_path, 100 * MB)
    assert memory(min_bytes=1, root=tmp_path).call() == "50.0 MB of 100.0 MB available to the container"


def test_version_1_without_a_limit_is_the_machine(tmp_path: Path) -> None:
    version1(tmp_path, UNLIMITED)
    assert memory(min_bytes=1, root=tmp_path).call() == "8.2 GB of 16.4 GB available on the machine"


def test_a_system_that_tells_nothing_is_well(tmp_path: Path) -> None:
    assert memory(min_bytes=10**18, root=tmp_path).call() == "not known on this system"


def test_this_machine() -> None:
    assert list(rooms(Path("/")))
    assert " of " in memory(min_bytes=1).call()


@given(text=st.text(max_size=200), stat=st.text(max_size=200))
def test_no_text_of_the_kernel_breaks_it(
    tmp_path_factory: pytest.TempPathFactory, text: str, stat: str
) -> None:
    root = tmp_path_factory.mktemp("root")
    version2(root, "", 1, 1, 1)
    for name in ("proc/self/cgroup", "proc/meminfo", "sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory.stat"):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((text if "proc" in name else stat).encode("utf-8", "surrogatepass"))
    for room in rooms(root):
        assert room.available >= 0
