"""A core test that skips passes on a developer's machine and fails in CI: tried on a small suite."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sources

SUITE = """
import pytest

@pytest.mark.core
def test_core_that_skips():
    pytest.skip("no engine")

@pytest.mark.core
@pytest.mark.skipif(True, reason="never here")
def test_core_that_is_marked():
    pass

@pytest.mark.core
@pytest.mark.xfail(reason="known", strict=False)
def test_core_that_is_expected_to_fail():
    assert False

def test_other_that_skips():
    pytest.skip("no tool")
"""


def outcome(folder: Path, suite: str, *, ci: str) -> str:
    (folder / "test_suite.py").write_text(suite)
    (folder / "conftest.py").write_text((sources.ROOT / "tests" / "conftest.py").read_text())
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    core: the core set\n")
    environ = {**os.environ, "CI": ci, "PYTHONPATH": f"{sources.ROOT / 'tests'}:{sources.SOURCE}"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environ, timeout=60)
    return done.stdout


@pytest.mark.core
def test_a_core_skip_fails_in_ci(tmp_path: Path) -> None:
    said = outcome(tmp_path, SUITE, ci="true")
    assert "1 failed, 1 skipped, 1 xfailed, 1 error" in said, said
    assert "a test of the core set may not skip in CI: Skipped: no engine" in said


@pytest.mark.core
def test_elsewhere_it_skips(tmp_path: Path) -> None:
    assert "3 skipped, 1 xfailed" in outcome(tmp_path, SUITE, ci="")


@pytest.mark.core
def test_a_module_cannot_skip_itself_in_ci(tmp_path: Path) -> None:
    suite = "import pytest\npytest.skip('all of it', allow_module_level=True)\n"
    assert "1 error" in outcome(tmp_path, suite, ci="true")
    assert "1 skipped" in outcome(tmp_path, suite, ci="")
