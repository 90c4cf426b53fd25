from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from bareboat.project.project import Project
from folders import project


def test_a_project_is_a_frozen_value(tmp_path: Path) -> None:
    held = project(tmp_path, {"main.py": "x = 1"})
    assert held == project(tmp_path, {})
    with pytest.raises(FrozenInstanceError):
        held.folder = tmp_path  # type: ignore[misc]  # that it cannot be assigned is what is tested
    assert {field.name for field in fields(Project)} >= {"source", "files", "application", "wishes"}
