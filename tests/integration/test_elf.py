"""Real libraries and programs, trimmed: the same to a loader, and they still run.

The wheels are those that the host's index configuration finds for this interpreter.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uv

import elves
from bareboat.elf.trim import trim

WHEELS = {
    "psycopg2-binary": "import psycopg2; psycopg2.connect",
    "uvloop": "import asyncio, uvloop; uvloop.run(asyncio.sleep(0.01))",
    "greenlet": "import greenlet; assert greenlet.greenlet(lambda: 41 + 1).switch() == 42",
    "pydantic-core": "from pydantic_core import from_json; assert from_json('[1]') == [1]",
    "numpy": "import numpy as n; a = n.random.rand(9, 9); assert n.allclose(n.linalg.inv(a) @ a, n.eye(9))",
    "ruff": "import subprocess, sys; subprocess.run([sys.path[0] + '/bin/ruff', '--version'], check=True)",
}


@dataclass(frozen=True)
class File:
    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                yield chunk


def trim_to(source: Path, target: Path) -> int:
    """Write the file trimmed, look that a loader sees the same, and return the bytes saved."""
    content = trim(File(source))
    target.write_bytes(b"".join(content.chunks()))
    target.chmod(0o755)
    assert target.stat().st_size == content.size
    if content.size != source.stat().st_size:
        assert elves.image(target.read_bytes()) == elves.image(source.read_bytes()), source
    return source.stat().st_size - content.size


@pytest.mark.network
@pytest.mark.skipif(sys.platform != "linux", reason="the wheels of this host hold no ELF files")
@pytest.mark.parametrize("name", WHEELS)
def test_trimmed_wheels_are_the_same_to_a_loader_and_work(name: str, tmp_path: Path) -> None:
    plain, lean = tmp_path / "plain", tmp_path / "lean"
    extra = ["typing-extensions"] if name == "pydantic-core" else []
    subprocess.run(
        [
            *(
                uv.find_uv_bin(),
                "pip",
                "install",
                "--quiet",
                "--python",
                sys.executable,
                "--target",
                str(plain),
            ),
            *("--no-deps", "--only-binary", ":all:", name, *extra),
        ],
        check=True,
        timeout=200,
    )
    shutil.copytree(plain, lean)
    saved = count = 0
    for file in sorted(path for path in plain.rglob("*") if path.is_file() and not path.is_symlink()):
        with file.open("rb") as stream:
            if stream.read(4) != b"\x7fELF":
                continue
        saved += trim_to(file, lean / file.relative_to(plain))
        count += 1
    assert count
    script = f"import sys; sys.path.insert(0, {str(lean)!r}); {WHEELS[name]}"
    subprocess.run([sys.executable, "-I", "-S", "-c", script], check=True, timeout=60)
    print(f"{name}: {count} ELF files, {saved} bytes saved")  # noqa: T201  (shown by pytest -s)


PROGRAMS = {
    "cc": (
        "main.c",
        '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
        ["cc", "-g", "-O1", "-o"],
    ),
    "c++": (
        "main.cc",
        """
#include <iostream>
#include <stdexcept>
int main() {
    try { throw std::runtime_error("hello"); }
    catch (std::exception& error) { std::cout << error.what() << std::endl; }
}
""",
        ["c++", "-g", "-o"],
    ),
    "rustc": ("main.rs", 'fn main() { println!("hello"); }\n', ["rustc", "-g", "-o"]),
    "go": (
        "main.go",
        'package main\n\nfunc main() { print("") ; println("hello") }\n',
        ["go", "build", "-o"],
    ),
}


@pytest.mark.parametrize("compiler", PROGRAMS)
def test_programs_of_several_compilers_run_trimmed_and_keep_a_payload(compiler: str, tmp_path: Path) -> None:
    if shutil.which(compiler) is None or sys.platform != "linux":
        pytest.skip(f"no {compiler} on this host")
    name, text, command = PROGRAMS[compiler]
    source, program, lean = tmp_path / name, tmp_path / "program", tmp_path / "lean"
    source.write_text(text)
    environment = {
        **os.environ,
        "GOCACHE": str(tmp_path / "cache"),
        "GOFLAGS": "-mod=mod",
        "HOME": os.environ.get("HOME", "/"),
    }
    subprocess.run(
        [*command, str(program), str(source)], check=True, timeout=200, cwd=tmp_path, env=environment
    )
    assert trim_to(program, lean) > 4096
    ran = subprocess.run([str(lean)], check=True, capture_output=True, timeout=20)
    assert b"hello" in ran.stdout + ran.stderr
    with program.open("ab") as stream:
        stream.write(b"\n---- a payload that the program reads from its own file ----\n")
    assert trim_to(program, lean) == 0
    assert lean.read_bytes() == program.read_bytes()


def test_a_static_program_runs_trimmed(tmp_path: Path) -> None:
    if shutil.which("cc") is None or sys.platform != "linux":
        pytest.skip("no cc on this host")
    source, program, lean = tmp_path / "main.c", tmp_path / "program", tmp_path / "lean"
    source.write_text('#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n')
    for flags in (["-static"], ["-static-pie"]):
        built = subprocess.run(
            ["cc", "-g", *flags, "-o", str(program), str(source)], check=False, capture_output=True
        )
        if built.returncode:
            pytest.skip("no static C library on this host")
        assert trim_to(program, lean) > 4096
        assert subprocess.run([str(lean)], check=True, capture_output=True).stdout == b"hello\n"
