import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import hostpython
import sources
from bareboat.engine.health import wait_answer
from bareboat.errors import BuildError, InputError
from bareboat.sandbox import namespaces

ENV = {
    "PYTHONHOME": sys.base_prefix,
    "PATH": str(Path(hostpython.PYTHON).parent),
    "PYTHONDONTWRITEBYTECODE": "1",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if (reason := namespaces.available()) is not None:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("root")
    return hostpython.root(folder)


def python(root: Path, code: str, **more: object) -> tuple[int, str]:
    with tempfile.TemporaryFile() as output:
        process = namespaces.start(root, [hostpython.PYTHON, "-c", code], env=ENV, output=output, **more)  # type: ignore[arg-type]  # passed on as they are
        code_of_end = process.wait(30)
        output.seek(0)
        return code_of_end, output.read().decode()


@pytest.mark.core
def test_they_are_there() -> None:
    if (reason := namespaces.available()) is not None:
        pytest.skip(reason)


def test_the_user_is_the_images_own(root: Path) -> None:
    code, said = python(root, "import os; print(os.getuid(), os.getgid(), os.getgroups(), os.getpid())")
    assert (code, said.split()[:2]) == (0, ["65532", "65532"])
    assert said.split()[-1] == "1"


def test_no_right_is_left(root: Path) -> None:
    _, said = python(root, "print(open('/proc/self/status').read())")
    facts = dict(line.split(":\t") for line in said.splitlines() if line.startswith(("Cap", "NoNewPrivs")))
    assert {facts[name] for name in facts if name.startswith("Cap")} == {"0" * 16}
    assert facts["NoNewPrivs"] == "1"


def test_the_root_is_read_only_and_tmp_is_not(root: Path) -> None:
    code, said = python(root, "open('/tmp/a','w'); open('/dev/shm/a','w'); open('/a','w')")
    assert code == 1
    assert "Read-only file system: '/a'" in said
    assert not (root / "tmp" / "a").exists()


def test_a_writable_folder_is_the_users_and_the_rest_stays_read_only(root: Path) -> None:
    held = root / "srv" / "data"
    held.mkdir(parents=True)
    (held / "old").write_text("x")
    code = "open('/srv/data/old','w'); open('/srv/data/new','w').write('y'); open('/srv/a','w')"
    ended, said = python(root, code, writable=["/srv/data"])
    assert ended == 1
    assert "Read-only file system: '/srv/a'" in said
    assert (held / "new").read_text() == "y"


@pytest.mark.parametrize("path", ["/gone", "/etc/hosts", "/leads/out"])
def test_what_is_no_folder_of_the_image_cannot_be_written_to(root: Path, path: str) -> None:
    if not (root / "leads").is_symlink():
        (root / "leads").symlink_to("/")
    with pytest.raises(InputError, match="no folder of the image"):
        python(root, "pass", writable=[path])


def test_nothing_of_the_host_is_seen(root: Path) -> None:
    _, said = python(root, "import os; print(sorted(os.listdir('/'))); print(os.uname().nodename)")
    assert said.splitlines() == [str(sorted(entry.name for entry in root.iterdir())), "bareboat"]
    _, said = python(root, "import os; print([n for n in os.listdir('/proc') if n.isdigit()])")
    assert said.strip() == "['1']"


def test_devices_are_the_harmless_ones(root: Path) -> None:
    code = "import os; print(len(open('/dev/urandom','rb').read(4))); open('/dev/null','w').write('x')"
    code += "; print(sorted(os.listdir('/dev')))"
    ended, said = python(root, code)
    assert ended == 0, said
    names = ["fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"]
    assert said.splitlines() == ["4", str(names)]


def test_exit_code_environment_and_folder_are_passed(root: Path) -> None:
    code, said = python(
        root, "import os,sys; print(sorted(os.environ), os.getcwd()); sys.exit(7)", working_dir="/tmp"
    )
    assert code == 7
    assert said.strip() == f"{sorted({*ENV, 'LC_CTYPE'})} /tmp" or said.strip() == f"{sorted(ENV)} /tmp"


def test_a_program_is_found_on_the_images_path(root: Path) -> None:
    assert namespaces.run(root, [Path(hostpython.PYTHON).name, "-c", "raise SystemExit(4)"], env=ENV) == 4


def test_signals_reach_the_command(root: Path) -> None:
    code = "import signal,sys,time; signal.signal(signal.SIGTERM, lambda *a: sys.exit(9))"
    code += "; print('up', flush=True)"
    with tempfile.NamedTemporaryFile() as output:
        process = namespaces.start(
            root,
            [hostpython.PYTHON, "-c", f"{code}\nwhile True: time.sleep(0.1)"],
            env=ENV,
            output=output.file,
        )
        while not Path(output.name).read_text():
            assert process.is_running()
        process.send(signal.SIGTERM)
        assert process.wait(10) == 9


def test_a_command_that_will_not_end_is_killed(root: Path) -> None:
    # Process number 1 of a namespace ignores SIGTERM unless it asks for it.
    process = namespaces.start(root, [hostpython.PYTHON, "-c", "import time; time.sleep(60)"], env=ENV)
    assert process.stop(patience=0.5) == 137


def test_the_command_ends_with_its_helper(root: Path) -> None:
    with tempfile.NamedTemporaryFile() as output:
        command = [hostpython.PYTHON, "-c", "import time\nwhile True: print(1, flush=True); time.sleep(0.05)"]
        process = namespaces.start(root, command, env=ENV, output=output.file)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(5)
        before = Path(output.name).stat().st_size
        subprocess.run(["sleep", "0.5"], check=True)
        assert Path(output.name).stat().st_size - before <= 4


def test_a_server_answers_on_the_hosts_loopback(root: Path) -> None:
    port = 18_000 + os.getpid() % 2000
    process = namespaces.start(root, [hostpython.PYTHON, "/server.py", str(port)], env=ENV)
    try:
        answer = wait_answer(port, "/health", is_alive=process.is_running)
        assert answer.body == "uid=65532"
    finally:
        process.stop(patience=0.2)


def test_a_command_that_is_not_there(root: Path) -> None:
    with pytest.raises(InputError, match="cannot execute gunicorn: no such file"):
        namespaces.start(root, ["gunicorn"], env=ENV)
    with pytest.raises(InputError, match="cannot execute /none: no such file"):
        namespaces.start(root, ["/none"], env=ENV)
    with pytest.raises(InputError, match=r"cannot execute /server\.py: permission denied"):
        namespaces.start(root, ["/server.py"], env=ENV)


def test_a_folder_that_is_not_there(root: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a folder"):
        namespaces.start(tmp_path / "none", ["x"], env={})
    with pytest.raises(InputError, match="cannot enter /app: no such file"):
        namespaces.start(root, ["x"], env={}, working_dir="/app")


def test_a_link_in_the_image_leads_nowhere_outside(root: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    hostile = tmp_path / "root"
    hostile.mkdir()
    (hostile / "etc").symlink_to(victim)
    (hostile / "tmp").symlink_to(victim)
    with pytest.raises((BuildError, InputError)):
        namespaces.start(hostile, ["/none"], env={})
    assert list(victim.iterdir()) == []


def test_a_mount_point_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "proc").write_text("a file")
    with pytest.raises(InputError, match="a mount point is missing and cannot be made"):
        namespaces.start(tmp_path, ["x"], env={})


def test_patience_ends(root: Path) -> None:
    process = namespaces.start(root, [hostpython.PYTHON, "-c", "import time; time.sleep(60)"], env=ENV)
    with pytest.raises(BuildError, match=r"still running after 0\.1 s"):
        process.wait(0.1)
    process.stop(patience=0.1)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_an_ordinary_user_may_too(root: Path) -> None:
    probe = "import sys; sys.path.insert(0, sys.argv[1])\n"
    probe += "from bareboat.sandbox import namespaces\nprint(namespaces.available())"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        subprocess.run(["cp", "-r", sources.SOURCE, folder], check=True)
        done = subprocess.run(
            [shared_python(), "-B", "-c", probe, f"{folder}/src"],
            check=False,
            capture_output=True,
            text=True,
            user=65534,
            group=65534,
            extra_groups=[],
            env={"PATH": os.environ["PATH"], "TMPDIR": "/tmp"},
            timeout=30,
        )
    assert (done.stdout.strip(), done.stderr) == ("None", "")


def shared_python() -> str:
    """Return a Python that every user may execute."""
    for candidate in (hostpython.PYTHON, "/usr/bin/python3"):
        test = subprocess.run(
            ["test", "-x", candidate], check=False, user=65534, group=65534, extra_groups=[], cwd="/"
        )
        if test.returncode == 0:
            return candidate
    pytest.skip("no Python that an ordinary user may execute")
