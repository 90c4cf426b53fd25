import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import installer
import pytest
from installer.destinations import SchemeDictionaryDestination
from installer.sources import WheelFile as OtherWheel

from bareboat.errors import InputError
from bareboat.target import PythonVersion
from bareboat.testing.wheels import Defect, make, write
from bareboat.tree.entry import Kind
from bareboat.tree.tree import Tree
from bareboat.wheel.install import install
from bareboat.wheel.read import open_wheel
from bareboat.wheel.record import find_record, hash_text, parse
from bareboat.wheel.venv import site_packages

PYTHON = PythonVersion(3, 13)
SITE = "opt/venv/lib/python3.13/site-packages"
DATA = "demo-1.0.data"
FILES = {
    "demo/__init__.py": "def main():\n    print('ran')\n",
    "demo/tool": "#!/bin/sh\n",
    "demo/a,b.txt": "comma",
    f"{DATA}/purelib/pure.py": "",
    f"{DATA}/platlib/plat.py": "",
    f"{DATA}/scripts/run": "#!python -E\nprint()\n",
    f"{DATA}/scripts/sh": "#!/bin/sh\n",
    f"{DATA}/data/share/man/demo.1": "man",
    f"{DATA}/data/etc/x": "#!python is no script\n",
    f"{DATA}/headers/demo.h": "h",
}


def installed(folder: Path, files: dict[str, str] | None = None, **options: Any) -> Tree:
    wheel = make(files=files if files is not None else FILES, **options)
    return install(open_wheel(write(wheel, folder), filename=wheel.filename), python=PYTHON)


def text(tree: Tree, path: str) -> str:
    entry = tree.find(path)
    assert entry is not None
    assert entry.content is not None
    return b"".join(entry.content.chunks()).decode()


def files(tree: Tree) -> dict[str, int]:
    return {entry.path: entry.mode for entry in tree if entry.kind is Kind.FILE}


def test_every_scheme_has_its_place_and_mode(tmp_path: Path) -> None:
    tree = installed(tmp_path, commands={"demo": "demo:main"}, executable=["demo/tool"])
    assert files(tree) == {
        "opt/venv/bin/demo": 0o755,
        "opt/venv/bin/run": 0o755,
        "opt/venv/bin/sh": 0o755,
        "opt/venv/etc/x": 0o644,
        "opt/venv/include/site/python3.13/demo/demo.h": 0o644,
        "opt/venv/share/man/demo.1": 0o644,
        f"{SITE}/demo-1.0.dist-info/INSTALLER": 0o644,
        f"{SITE}/demo-1.0.dist-info/METADATA": 0o644,
        f"{SITE}/demo-1.0.dist-info/RECORD": 0o644,
        f"{SITE}/demo-1.0.dist-info/WHEEL": 0o644,
        f"{SITE}/demo-1.0.dist-info/entry_points.txt": 0o644,
        f"{SITE}/demo/__init__.py": 0o644,
        f"{SITE}/demo/a,b.txt": 0o644,
        f"{SITE}/demo/tool": 0o755,
        f"{SITE}/plat.py": 0o644,
        f"{SITE}/pure.py": 0o644,
    }
    assert {entry.path for entry in tree if entry.kind is Kind.DIRECTORY} >= {"opt", "opt/venv/bin", SITE}
    assert text(tree, "opt/venv/bin/run") == "#!/opt/venv/bin/python\nprint()\n"
    assert text(tree, "opt/venv/etc/x") == "#!python is no script\n"
    assert text(tree, f"{SITE}/demo-1.0.dist-info/INSTALLER") == "bareboat\n"


def check_record(tree: Tree) -> None:
    record = find_record(tree)
    assert record is not None
    assert record.content is not None
    data = b"".join(record.content.chunks())
    assert record.size == len(data)
    rows = parse(data, where="RECORD")
    site = Path("/") / SITE
    for path in files(tree):
        from_site = Path("/") / path
        relative = (
            str(from_site.relative_to(site)) if from_site.is_relative_to(site) else f"../../../{path[9:]}"
        )
        row = rows.pop(relative)
        if path.endswith(".dist-info/RECORD"):
            assert (row.hash, row.size) == ("", None)
        else:
            held = text(tree, path).encode()
            assert (row.hash, row.size) == (hash_text(held), len(held))
    assert rows == {}


def test_record_is_true(tmp_path: Path) -> None:
    check_record(installed(tmp_path, commands={"demo": "demo:main"}))


def test_tree_is_what_the_reference_installer_makes(tmp_path: Path) -> None:
    """The reference implementation is the oracle; what differs on purpose is named here."""
    wheel = make(files=FILES, commands={"demo": "demo:main"}, executable=["demo/tool"])
    path = write(wheel, tmp_path)
    root = tmp_path / "root"
    schemes = {
        "purelib": f"/{SITE}",
        "platlib": f"/{SITE}",
        "scripts": "/opt/venv/bin",
        "data": "/opt/venv",
        "headers": "/opt/venv/include/site/python3.13/demo",
    }
    destination = SchemeDictionaryDestination(schemes, "/opt/venv/bin/python", "posix", destdir=str(root))
    with OtherWheel.open(path) as source:
        source.validate_record()
        installer.install(source, destination, {"INSTALLER": b"bareboat\n"})
    tree = install(open_wheel(path, filename=wheel.filename), python=PYTHON)
    other = {str(each.relative_to(root)): each for each in root.rglob("*") if each.is_file()}
    assert set(files(tree)) == set(other)
    for name, each in other.items():
        if name not in {"opt/venv/bin/demo", f"{SITE}/demo-1.0.dist-info/RECORD"}:
            assert text(tree, name) == each.read_text()
        if "/bin/" not in name:  # every script is executable here, whatever the archive says of it
            assert bool(files(tree)[name] & 0o111) is bool(each.stat().st_mode & stat.S_IXUSR)


def test_launcher_runs(tmp_path: Path) -> None:
    tree = installed(tmp_path, commands={"demo": "demo:main"})
    (tmp_path / "demo.py").write_text(text(tree, f"{SITE}/demo/__init__.py"))
    (tmp_path / "launch").write_text(text(tree, "opt/venv/bin/demo"))
    done = subprocess.run(
        [sys.executable, tmp_path / "launch"], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "ran\n"


def test_launcher_wins_over_a_shipped_script(tmp_path: Path) -> None:
    tree = installed(tmp_path, commands={"run": "demo:main"})
    assert "from demo import main" in text(tree, "opt/venv/bin/run")
    check_record(tree)


def test_what_the_policy_drops_is_not_there(tmp_path: Path) -> None:
    tree = installed(
        tmp_path, {"demo/__init__.py": "", "demo/tests/test_a.py": "", "demo/a.py": "", "demo/a.pyc": ""}
    )
    assert [path for path in files(tree) if "dist-info" not in path] == [
        f"{SITE}/demo/__init__.py",
        f"{SITE}/demo/a.py",
    ]
    check_record(tree)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (f"{DATA}/data/bin/python", "would replace 'bin/python'"),
        (f"{DATA}/scripts/python3.13", "would replace 'bin/python3.13'"),
        (f"{DATA}/data/pyvenv.cfg", "would replace 'pyvenv.cfg'"),
        (f"{DATA}/data/lib64/x.so", "would replace 'lib64/x.so'"),
        (f"{DATA}/purelib/demo/__init__.py", "both become"),
        (f"{DATA}/purelib", "no known scheme"),
        (f"{DATA}/data/lib", "lies below"),
    ],
)
def test_files_in_the_way_are_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        installed(tmp_path, {"demo/__init__.py": "", name: ""})
    assert caught.value.where == "demo-1.0-py3-none-any.whl"


def test_unknown_scheme_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no known scheme"):
        installed(tmp_path, defect=Defect.SCHEME)


def test_command_named_like_the_interpreter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'entry point python3' would replace"):
        installed(tmp_path, commands={"python3": "demo:main"})


def test_scripts_with_longer_names_are_welcome(tmp_path: Path) -> None:
    tree = installed(tmp_path, {f"{DATA}/scripts/python-argcomplete": "", f"{DATA}/scripts/pythonx": ""})
    assert {"opt/venv/bin/python-argcomplete", "opt/venv/bin/pythonx"} <= set(files(tree))


def test_prefix_is_the_callers(tmp_path: Path) -> None:
    wheel = make(commands={"demo": "demo:main"})
    tree = install(
        open_wheel(write(wheel, tmp_path), filename=wheel.filename),
        python=PythonVersion(3, 11),
        prefix="srv/e",
    )
    assert text(tree, "srv/e/bin/demo").startswith("#!/srv/e/bin/python\n")
    assert tree.find(f"{site_packages(PythonVersion(3, 11), prefix='srv/e')}/demo/__init__.py") is not None


def test_programs_are_trimmed_and_recorded_so(tmp_path: Path) -> None:
    program = Path(sys.executable).resolve().read_bytes()
    padded = program if program.startswith(b"\x7fELF") else b""
    made = make(files={"demo/__init__.py": "", "demo/native.so": padded})
    tree = install(open_wheel(write(made, tmp_path), filename=made.filename), python=PYTHON)
    entry = tree.find(f"{SITE}/demo/native.so")
    assert entry is not None
    assert entry.content is not None
    data = b"".join(entry.content.chunks())
    assert len(data) == entry.size <= len(padded)
    record = find_record(tree)
    assert record is not None
    assert record.content is not None
    assert f"demo/native.so,{hash_text(data)},{len(data)}\n".encode() in b"".join(record.content.chunks())
