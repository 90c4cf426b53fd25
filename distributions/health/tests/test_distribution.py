"""The wheel as others get it: typed, licensed, dependent on nothing."""

import email
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import bareboat_health

HERE = Path(__file__).resolve().parent.parent


def test_the_wheel(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"bareboat_health-{bareboat_health.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        folder = f"bareboat_health-{bareboat_health.__version__}.dist-info"
        metadata = email.message_from_bytes(archive.read(f"{folder}/METADATA"))
    assert "bareboat_health/py.typed" in names
    assert f"{folder}/licenses/LICENSE" in names
    assert not [name for name in names if "test" in name]
    assert (metadata["Name"], metadata["License-Expression"]) == ("bareboat-health", "Apache-2.0")
    assert metadata["Requires-Python"] == ">=3.9"
    assert "Requires-Dist" not in metadata


def test_it_starts_quickly_and_alone() -> None:
    script = (
        "import bareboat_health.asgi, bareboat_health.wsgi, bareboat_health.django, sys; print(*sys.modules)"
    )
    environ = {**os.environ, "PYTHONPATH": str(HERE / "src")}
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not {"asyncio", "django", "sqlalchemy"} & set(done.stdout.split())


def test_every_file_is_short_and_says_what_is_public() -> None:
    for file in (HERE / "src").rglob("*.py"):
        text = file.read_text()
        assert len(text.splitlines()) <= 300, file.name
        assert re.search(r"^__all__ = \[", text, re.MULTILINE), file.name
