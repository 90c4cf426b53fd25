"""Real build backends from the configured index: locked, built twice, the same wheel."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from bareboat.index.backend import build_wheel, lock_requirements

pytestmark = pytest.mark.network

PROJECT = (
    '[project]\nname = "demo-pkg"\nversion = "1.0"\ndescription = "a demo"\nrequires-python = ">=3.11"\n'
    '[project.scripts]\ndemo = "demo_pkg:main"\n'
)
POETRY = '[tool.poetry]\npackages = [{ include = "demo_pkg", from = "src" }]\n'
HOOK = '[tool.hatch.build.targets.wheel.hooks.custom]\ndependencies = ["iniconfig>=2"]\n'
BACKENDS = {
    "hatchling": ("hatchling", "hatchling.build", ""),
    "setuptools": ("setuptools>=61", "setuptools.build_meta", ""),
    "flit": ("flit_core>=3.2", "flit_core.buildapi", ""),
    "poetry": ("poetry-core>=2", "poetry.core.masonry.api", POETRY),
    "pdm": ("pdm-backend", "pdm.backend", ""),
    "uv": ("uv_build", "uv_build", ""),
    "hatchling with a hook": ("hatchling", "hatchling.build", HOOK),
}


@pytest.mark.parametrize("kind", BACKENDS)
def test_a_backend_builds_the_same_wheel_twice(kind: str, tmp_path: Path) -> None:
    requires, backend, more = BACKENDS[kind]
    source = tmp_path / "source"
    (source / "src" / "demo_pkg").mkdir(parents=True)
    (source / "src" / "demo_pkg" / "__init__.py").write_text("def main() -> None: ...\n")
    system = f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n'
    (source / "pyproject.toml").write_text(system + PROJECT + more)
    if more == HOOK:
        (source / "hatch_build.py").write_text(
            "import iniconfig\nfrom hatchling.builders.hooks.plugin.interface import BuildHookInterface\n"
            "class Hook(BuildHookInterface): ...\n"
        )
    locked = lock_requirements([requires], environ=os.environ, source=source)
    assert ("iniconfig" in {pin.name for pin in locked}) is (more == HOOK)
    found = set()
    for turn, (umask, zone) in enumerate([(0o022, "UTC"), (0o077, "Asia/Tokyo")]):
        copied, out = tmp_path / f"copy{turn}", tmp_path / f"out{turn}"
        before = os.umask(umask)
        try:
            shutil.copytree(source, copied)
            out.mkdir()
            environ = {**os.environ, "TZ": zone}
            wheel = build_wheel(copied, out, requires=locked, environ=environ, epoch=1_000_000_000)
        finally:
            os.umask(before)
        found.add((wheel.name, hashlib.sha256(wheel.read_bytes()).hexdigest()))
    assert len(found) == 1
    assert found.pop()[0] == "demo_pkg-1.0-py3-none-any.whl"
