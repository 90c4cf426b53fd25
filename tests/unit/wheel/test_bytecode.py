import importlib.util
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bareboat.errors import BuildError
from bareboat.finding import Finding, Severity
from bareboat.tree.content import Bytes, Content
from bareboat.tree.entry import directory, file
from bareboat.tree.tree import Tree
from bareboat.wheel import bytecode
from bareboat.wheel.bytecode import SKIPPED, Compiler, Interpreter, sources

VERSION = ".".join(map(str, sys.version_info[:3]))
HOST = Interpreter((sys.executable,), {}, VERSION)
ENV = "/usr/bin/env"
GREET = "import os, sys; sys.stdout.buffer.write(b'\\0\\0\\0\\0\\x083.13.5 t'); sys.stdout.flush(); "


def interpreters() -> list[Path]:
    """The host's interpreter and whatever pyenv has; the worker needs 3.9."""
    root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    others = sorted(root.glob("versions/3.*/bin/python"))
    new_enough = [path for path in others if int(path.parent.parent.name.split(".")[1]) >= 9]
    return [Path(sys.executable), *new_enough]


def standard_library(python: Path) -> list[tuple[str, Content]]:
    program = "import sysconfig; print(sysconfig.get_path('stdlib'))"
    lib = Path(subprocess.check_output([python, "-c", program], text=True, timeout=30).strip())
    found = [
        path
        for path in sorted(lib.rglob("*.py"))
        if not {"test", "tests", "site-packages", "dist-packages", "idlelib"} & set(path.parts)
    ]
    return [(str(path)[1:], Bytes(path.read_bytes())) for path in found[:900]]


def version_of(python: Path) -> str:
    program = "import platform; print(platform.python_version())"
    return subprocess.check_output([python, "-c", program], text=True, timeout=30).strip()


@pytest.mark.parametrize("python", interpreters(), ids=lambda path: path.parent.parent.name)
def test_same_bytes_in_any_order_by_any_number_of_workers_with_any_hash_seed(python: Path) -> None:
    """The standard library, 600 to 900 real files: cpython#129724 must not show."""
    if not Path(ENV).exists():
        pytest.skip("no env program to set another hash seed with")
    files = standard_library(python)
    assert len(files) > 300
    results = []
    # Until 3.11 marshal wrote sets in the order of their hashes: our own seed is kept there.
    has_sorted_sets = int(version_of(python).split(".")[1]) >= 11
    for seed, workers in [(0, 1), (1, 4), (2, 2)]:
        shuffled = list(files)
        random.Random(seed).shuffle(shuffled)  # noqa: S311 # the same order in every run
        interpreter = Interpreter(
            (ENV, f"PYTHONHASHSEED={seed * has_sorted_sets}", str(python)), {}, version_of(python)
        )
        with Compiler(interpreter, workers=workers) as compiler:
            results.append(dict(compiler.compile(shuffled)))
    assert len(results[0]) == len(files)
    assert [path for path in results[0] if len({result[path] for result in results}) > 1] == []


@pytest.mark.parametrize("python", interpreters(), ids=lambda path: path.parent.parent.name)
def test_constant_sets_do_not_remember_what_was_compiled_before(python: Path) -> None:
    """Compiled first, 3.12 and 3.13 share one set between the functions; after an equal name, not."""
    before = Bytes(b"gzip_q = 1\n")
    source = Bytes(
        b"def f(x):\n    return x in {'deflate_q', 'gzip_q'}\n"
        b"def g(x):\n    return x in {'deflate_q', 'gzip_q'} and 'gzip_q'\n"
    )
    interpreter = Interpreter((str(python),), {}, version_of(python))
    with Compiler(interpreter, workers=1) as compiler:
        alone = list(compiler.compile([("f.py", source)]))
    with Compiler(interpreter, workers=1) as compiler:
        after = list(compiler.compile([("a.py", before), ("f.py", source)]))[1:]
    assert alone == after


def test_paths_are_those_of_pep_3147_and_come_in_order() -> None:
    given = ["opt/b.py", "a.py", "opt/x/a.b.py"]
    with Compiler(HOST, workers=2) as compiler:
        found = list(compiler.compile([(path, Bytes(b"x = 1\n")) for path in given]))
    assert [path for path, _ in found] == [importlib.util.cache_from_source(path) for path in given]


def test_interpreter_imports_what_was_compiled(tmp_path: Path) -> None:
    source = b"def f():\n    '''Say.'''\n    assert True\n    return {'a', 'b'} & {'a'}\n"
    with Compiler(HOST, workers=1) as compiler:
        ((path, data),) = compiler.compile([(f"{tmp_path}/mod.py".lstrip("/"), Bytes(source))])
    (tmp_path / "__pycache__").mkdir()
    Path(f"/{path}").write_bytes(data)
    (tmp_path / "mod.py").write_bytes(b"raise SystemExit('the source was read')\n")
    program = "import mod; print(mod.f(), mod.f.__code__.co_filename, mod.f.__doc__)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.split() == ["{'a'}", f"{tmp_path}/mod.py", "Say."]


BROKEN = {
    "syntax.py": b"def :\n",
    "python2.py": b"print 'x'\n",
    "encoding.py": b"x = '\xff'\n",
    "null.py": b"a\0b\n",
    "deep.py": b"(" * 5000 + b")" * 5000,
    "codec.py": b"# -*- coding: nonsense -*-\n",
}


def test_broken_sources_are_findings_and_no_errors(capfd: pytest.CaptureFixture[str]) -> None:
    findings: list[Finding] = []
    given = [*BROKEN.items(), ("good.py", b"x = '\\d' is 1\n")]
    with Compiler(HOST, workers=1) as compiler:
        found = list(compiler.compile([(path, Bytes(data)) for path, data in given], findings=findings))
        assert list(compiler.compile([("syntax.py", Bytes(b"def :\n"))])) == []
    assert [path for path, _ in found] == [f"__pycache__/good.{sys.implementation.cache_tag}.pyc"]
    assert [finding.where for finding in findings] == list(BROKEN)
    assert {(finding.code, finding.severity) for finding in findings} == {(SKIPPED, Severity.INFO)}
    assert "SyntaxError: invalid syntax (line 1)" in findings[0].message
    assert capfd.readouterr() == ("", "")


def test_oversized_sources_are_findings() -> None:
    findings: list[Finding] = []
    with Compiler(HOST, workers=1) as compiler:
        assert list(compiler.compile([("big.py", Bytes(b"\n" * (33 << 20)))], findings=findings)) == []
    assert "more than a source may have" in findings[0].message


def test_many_large_sources_pass_through_small_pipes() -> None:
    source = b"x = '" + b"y" * 3_000_000 + b"'\n"
    with Compiler(HOST, workers=2) as compiler:
        sizes = [len(data) for _, data in compiler.compile([(f"{n}.py", Bytes(source)) for n in range(12)])]
    assert len(sizes) == 12
    assert min(sizes) > 3_000_000


def test_threads_share_the_workers() -> None:
    given = {n: [(f"{n}/{i}.py", Bytes(f"x = {i}\n".encode())) for i in range(60)] for n in range(6)}
    with Compiler(HOST, workers=2) as compiler, ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda n: list(compiler.compile(given[n])), given))
        alone = [list(compiler.compile(each)) for each in given.values()]
    assert results == alone


def test_no_worker_starts_without_work() -> None:
    with Compiler(Interpreter(("no-such-program",), {}, "3.13.5"), workers=4) as compiler:
        assert list(compiler.compile([])) == []
        with pytest.raises(BuildError, match="cannot be started"):
            list(compiler.compile([("a.py", Bytes(b""))]))


def test_other_version_is_refused() -> None:
    with (
        Compiler(Interpreter((sys.executable,), {}, "3.8.1"), workers=1) as compiler,
        pytest.raises(BuildError, match=r"is Python .*, not 3\.8"),
    ):
        list(compiler.compile([("a.py", Bytes(b""))]))


def test_dead_worker_is_an_error_that_names_the_file() -> None:
    program = GREET + "sys.stdin.buffer.read(9); os.abort()"
    killer = Interpreter((sys.executable, "-c", program), {}, "3.13.5")
    with Compiler(killer, workers=1) as compiler, pytest.raises(BuildError, match="signal 6") as caught:
        list(compiler.compile([("opt/a.py", Bytes(b"x = 1\n"))]))
    assert caught.value.where == "opt/a.py"


def test_stuck_worker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytecode, "_PATIENCE", 0.2)
    program = GREET + "import time; time.sleep(60)"
    stuck = Interpreter((sys.executable, "-c", program), {}, "3.13.5")
    with Compiler(stuck, workers=1) as compiler, pytest.raises(BuildError, match="still not compiled"):
        list(compiler.compile([("a.py", Bytes(b""))]))


def test_closed_compiler_says_so() -> None:
    compiler = Compiler(HOST, workers=1)
    compiler.close()
    with pytest.raises(BuildError, match="is closed"):
        list(compiler.compile([("a.py", Bytes(b""))]))


def test_hostile_environment_of_ours_does_not_reach_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "x")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    with Compiler(HOST, workers=1) as compiler:
        assert len(list(compiler.compile([("a.py", Bytes(b"x = '\\d'\n"))]))) == 1


def test_sources_are_all_but_scripts() -> None:
    tree = Tree.of(
        [
            directory("opt/venv/lib/x.py"),
            file("opt/venv/bin/tool.py", b""),
            file("opt/venv/lib/bin/mod.py", b""),
            file("opt/venv/lib/a.pyi", b""),
            file("app/main.py", b""),
        ]
    )
    assert [path for path, _ in sources(tree)] == ["app/main.py", "opt/venv/lib/bin/mod.py"]
