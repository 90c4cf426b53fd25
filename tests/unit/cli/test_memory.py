import platform
import subprocess
import sys

import pytest

from bareboat.cli import memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is glibc's")
def test_glibc_takes_every_setting_and_threads_still_work() -> None:
    program = (
        "import threading\n"
        "from bareboat.cli.memory import settle\n"
        "assert settle()\n"
        "work = lambda: [bytearray(3 << 20) for _ in range(20)]\n"
        "threads = [threading.Thread(target=work) for _ in range(8)]\n"
        "[each.start() for each in threads]; [each.join() for each in threads]\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_other_systems_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert memory.settle() is False
