"""Commands that nobody trusts: what they see, what they may not do, how they end."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import hostpython
import sources
from bareboat.errors import BuildError, InputError
from bareboat.sandbox import confined
from bareboat.sandbox.confined import Bind, Outcome
from bareboat.sandbox.limits import Limits

ENV = {
    "PYTHONHOME": sys.base_prefix,
    "PATH": str(Path(hostpython.PYTHON).parent),
    "PYTHONDONTWRITEBYTECODE": "1",
}
MIB = 1 << 20


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if (reason := confined.reason_against()) is not None:
        pytest.skip(reason)
    folder = hostpython.root(tmp_path_factory.mktemp("root"))
    for name in ("dev", "proc", "tmp", "given", "data"):
        (folder / name).mkdir(exist_ok=True)
    folder.chmod(0o755)
    return folder


def python(root: Path, code: str, *binds: Bind, **limits: float) -> Outcome:
    return confined.run(
        root,
        [hostpython.PYTHON, "-c", code],
        env=ENV,
        binds=binds,
        limits=Limits(**{"seconds": 30, **limits}),  # type: ignore[arg-type]  # by name
    )


@pytest.mark.core
def test_only_what_is_named_can_be_written_to(root: Path, tmp_path: Path) -> None:
    work, data = tmp_path / "work", tmp_path / "data"
    work.mkdir()
    data.mkdir()
    (data / "in").write_text("given")
    data.chmod(0o755)
    (data / "in").chmod(0o644)
    code = """
import os
open("/given/out", "w").write(open("/data/in").read() + str(os.getuid()))
for path in ("/data/x", "/x", "/proc/sys/kernel/hostname", "/dev/x"):
    try:
        open(path, "w")
    except OSError as error:
        print(path, error.strerror)
"""
    ended = python(root, code, Bind(work, "/given", is_writable=True), Bind(data, "/data"))
    assert (ended.code, ended.stopped) == (0, "")
    assert len(ended.output.splitlines()) == 4, ended.output
    assert (work / "out").read_text() == "given65532"


@pytest.mark.core
def test_there_is_no_network(root: Path) -> None:
    ended = python(root, "import socket; socket.create_connection(('192.0.2.1', 80), 5)")
    assert "Network is unreachable" in ended.output
    assert "not supported" in python(root, "import socket; socket.socket(40, socket.SOCK_STREAM)").output


def test_nothing_of_the_host_is_there(root: Path) -> None:
    code = "import os; print(sorted(os.listdir('/')), [n for n in os.listdir('/proc') if n.isdigit()])"
    ended = python(root, code)
    assert ended.output.strip() == f"{sorted(entry.name for entry in root.iterdir())} ['1', '3']" or (
        "['1', '2']" in ended.output
    )


def test_no_right_is_left_and_the_supervisor_is_out_of_reach(root: Path) -> None:
    code = "import os; print(open('/proc/self/status').read()); os.kill(1, 9); open('/proc/1/mem', 'rb')"
    ended = python(root, code)
    facts = dict(
        line.split(":\t")
        for line in ended.output.splitlines()
        if line.startswith(("Cap", "NoNew", "Seccomp:"))
    )
    assert {facts[name] for name in facts if name.startswith("Cap")} == {"0" * 16}
    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")
    assert "PermissionError" in ended.output


def test_no_namespace_can_be_made_inside(root: Path) -> None:
    code = "import ctypes; l = ctypes.CDLL(None, use_errno=True); "
    code += "print(l.unshare(0x10000000), ctypes.get_errno())"
    assert python(root, code).output.split() == ["-1", "1"]


@pytest.mark.core
def test_forking_without_end_ends(root: Path) -> None:
    code = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError as error:\n"
    code += "        print(error); break"
    ended = python(root, code, processes=40)
    assert "Resource temporarily unavailable" in ended.output
    assert children() == 0


@pytest.mark.core
def test_a_process_that_eats_memory_is_ended(root: Path) -> None:
    ended = python(root, "held = []\nwhile True: held.append(b'x' * (4 << 20))", memory=200 * MIB)
    assert ended.code == 137
    assert "of memory, 0.2 GB are allowed" in ended.stopped


@pytest.mark.core
def test_one_that_hangs_is_ended_with_its_children(root: Path) -> None:
    began = time.monotonic()
    ended = python(root, "import os, time; os.fork(); print('here', flush=True); time.sleep(60)", seconds=1)
    assert time.monotonic() - began < 10
    assert (ended.stopped, ended.output.split()[0]) == ("ran for more than 1 s", "here")
    assert children() == 0


def test_a_file_and_processor_time_have_bounds(root: Path) -> None:
    ended = python(root, "open('/tmp/x', 'wb').write(b'x' * (3 << 20))", file_size=MIB)
    assert "File too large" in ended.output or ended.code == 128 + signal.SIGXFSZ
    ended = python(root, "open('/tmp/x', 'wb').write(b'x' * (3 << 20))", temporary=MIB)
    assert "No space left" in ended.output
    assert python(root, "while True: pass", cpu=1).code == 128 + signal.SIGKILL


def test_what_is_said_is_bounded_passed_on_and_plain(root: Path) -> None:
    heard: list[str] = []
    code = "print('\\x1b[31mred\\x1b[0m\\x07'); print('x' * 100000); import sys; sys.stderr.write('last\\n')"
    ended = confined.run(root, [hostpython.PYTHON, "-u", "-c", code], env=ENV, said=heard.append)
    assert heard[0] == "red"
    assert heard[-1] == "last"
    assert max(map(len, heard)) <= 4096
    assert ended.output.endswith("last\n")
    long = python(root, "import sys\nfor _ in range(100): sys.stdout.write('y' * 10000)")
    assert len(long.output) == 1 << 18


def test_orphans_do_not_outlive_the_command(root: Path) -> None:
    code = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)\n"
    began = time.monotonic()
    assert python(root, code).code == 0
    assert time.monotonic() - began < 10
    assert children() == 0


def test_it_dies_with_whoever_asked(root: Path, tmp_path: Path) -> None:
    script = f"""
import sys
sys.path[:0] = [{str(sources.SOURCE)!r}]
from bareboat.sandbox import confined
from pathlib import Path
command = [{hostpython.PYTHON!r}, "-c", "import time; time.sleep(99.75)"]
confined.run(Path({str(root)!r}), command, env={ENV!r}, said=print)
"""
    process = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 20
    while not asleep() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert asleep()
    process.kill()
    process.wait()
    while asleep() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not asleep()


def test_several_run_at_once(root: Path) -> None:
    ended: list[Outcome] = []
    threads = [threading.Thread(target=lambda: ended.append(python(root, "print(1)"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.code for one in ended] == [0, 0, 0]


def test_a_command_that_is_not_there(root: Path) -> None:
    with pytest.raises(InputError, match="cannot execute nothing"):
        confined.run(root, ["nothing"], env=ENV)


def test_a_folder_that_is_not_there_names_the_way_out(root: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="refuses to open") as caught:
        confined.run(root, ["x"], env=ENV, binds=[Bind(tmp_path / "none", "/given")])
    assert "--sandbox=none" in caught.value.hint


def test_a_link_in_place_of_a_folder_is_not_bound(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/")
    with pytest.raises(BuildError, match="refuses to open"):
        confined.run(root, ["x"], env=ENV, binds=[Bind(tmp_path / "link", "/given")])


def children() -> int:
    """Count the processes of the sandbox's user that are left."""
    deadline = time.monotonic() + 5
    while (found := len(owned())) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def owned() -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            if words.startswith(hostpython.PYTHON.encode()) and (folder / "ns" / "pid").stat().st_ino != OWN:
                found.append(folder.name)
        except OSError:
            continue
    return found


def asleep() -> bool:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if words.endswith(b"import time; time.sleep(99.75)\0"):
            return True
    return False


OWN = Path("/proc/self/ns/pid").stat().st_ino
