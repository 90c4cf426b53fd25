"""What a machine says of itself."""

import os
from pathlib import Path

from bareboat.compare.machine import describe


def test_files_are_read(tmp_path: Path) -> None:
    for name, text in {
        "proc/cpuinfo": "processor : 0\nmodel name\t: Some   Processor\n",
        "proc/meminfo": "MemTotal:       8000000 kB\nMemFree: 1 kB\n",
        "etc/os-release": 'NAME=x\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = describe(tmp_path)
    assert (found.processor, found.memory) == ("Some Processor", 8_192_000_000)
    assert found.system == "Debian GNU/Linux 13 (trixie)"
    assert found.cores == os.cpu_count()


def test_a_silent_machine_is_named_by_its_kind(tmp_path: Path) -> None:
    found = describe(tmp_path)
    assert found.memory == 0
    assert found.processor == os.uname().machine
    assert found.system == os.uname().sysname
