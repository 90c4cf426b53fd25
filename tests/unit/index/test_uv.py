import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bareboat.errors import BuildError, InputError
from bareboat.index import uv


def test_the_program_says_who_it_is(tmp_path: Path) -> None:
    assert uv.run(["--version"], environ={"HOME": str(tmp_path)}, cwd=tmp_path).startswith("uv ")


def test_a_wrong_argument_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unexpected argument"):
        uv.run(["--nonsense"], environ={"HOME": str(tmp_path)}, cwd=tmp_path)


def test_the_environment_is_the_given_one_and_the_umask_fixed(tmp_path: Path) -> None:
    code = "import os, sys; print(sorted(os.environ), sys.stdin.read()); open('f', 'w'); sys.exit(3)"
    old = os.umask(0o077)
    try:
        ended, out, _ = uv.execute([sys.executable, "-I", "-c", code], {"A": "b"}, tmp_path, "text")
    finally:
        os.umask(old)
    assert ended == 3
    assert "'A'" in out
    assert "'PATH'" not in out
    assert out.endswith("text\n")
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o644


def test_what_takes_too_long_ends_with_all_its_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "open('child', 'w').write(str(child.pid)); child.wait()"
    )
    with pytest.raises(BuildError, match="did not end within 1 s"):
        uv.execute([sys.executable, "-c", code], dict(os.environ), tmp_path, timeout=1)
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True, check=False
        ).stdout.strip()
        if not state or state.startswith("Z"):
            return
        time.sleep(0.05)
    pytest.fail(f"process {child} lives on")
