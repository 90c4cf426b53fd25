"""The Blueprint as a value."""

from bareboat.plan.blueprint import Dependencies, Origin
from blueprints import FLASK, WORKSPACE


def test_paths_are_in_the_context() -> None:
    assert FLASK.path("Dockerfile") == "Dockerfile"
    assert WORKSPACE.path("Dockerfile") == "services/api/Dockerfile"


def test_the_file_that_decides_is_first() -> None:
    assert FLASK.dependencies.main == "requirements.txt"
    assert Dependencies(Origin.NONE).main == ""
    assert WORKSPACE.dependencies.is_workspace
    assert not FLASK.dependencies.is_workspace
