from pathlib import Path

import pytest

from bareboat.project.project import Project
from folders import project


def test_a_project_is_a_frozen_value(tmp_path: Path) -> None:
    held = project(tmp_path, {"main.py": "x = 1"})
    assert held == project(tmp_path, {})
    with pytest.raises(AttributeError):
        held.folder = tmp_path  # type: ignore[misc]  # that it cannot be assigned is what is tested
    assert set(Project.__struct_fields__) >= {"source", "files", "application", "wishes"}
