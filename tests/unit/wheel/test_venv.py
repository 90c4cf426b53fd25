import subprocess
import sys
from pathlib import Path

from bareboat.target import PythonVersion
from bareboat.tree.content import Bytes
from bareboat.tree.entry import Kind
from bareboat.wheel.venv import tree

PYTHON = PythonVersion(3, 13)


def test_environment_has_what_venv_makes() -> None:
    made = tree(PYTHON)
    links = {entry.path: entry.link for entry in made if entry.kind is Kind.SYMLINK}
    assert links == {
        "opt/venv/bin/python": "python3.13",
        "opt/venv/bin/python3": "python3.13",
        "opt/venv/bin/python3.13": "/usr/bin/python3.13",
        "opt/venv/lib64": "lib",
    }
    assert made.find("opt/venv/lib/python3.13/site-packages") is not None
    config = made.find("opt/venv/pyvenv.cfg")
    assert config is not None
    assert config.content == Bytes(
        b"home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.13\n"
        b"executable = /usr/bin/python3.13\n"
    )


def test_full_version_and_other_homes_are_the_callers() -> None:
    made = tree(PYTHON, full="3.13.5", home="opt/python/bin", prefix="srv/env")
    config = made.find("srv/env/pyvenv.cfg")
    assert config is not None
    assert isinstance(config.content, Bytes)
    assert b"version = 3.13.5\n" in config.content.data
    assert b"home = /opt/python/bin\n" in config.content.data


def test_interpreter_takes_it_for_an_environment(tmp_path: Path) -> None:
    python = PythonVersion(*sys.version_info[:2])
    interpreter = Path(sys.base_prefix) / "bin" / f"python{python}"
    for entry in tree(python, home=str(interpreter.parent)[1:], prefix="env"):
        path = tmp_path / entry.path
        if entry.kind is Kind.DIRECTORY:
            path.mkdir()
        elif entry.kind is Kind.SYMLINK:
            path.symlink_to(entry.link)
        elif entry.content is not None:
            path.write_bytes(b"".join(entry.content.chunks()))
    program = "import sys; print(sys.prefix, sys.prefix != sys.base_prefix, sys.path[-1])"
    done = subprocess.run(
        [tmp_path / "env/bin/python", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={},
    )
    site = f"{tmp_path}/env/lib/python{python}/site-packages"
    assert done.stdout.split() == [f"{tmp_path}/env", "True", site]
