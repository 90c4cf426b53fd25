"""Which folders belong to the image's user, and why."""

from pathlib import Path

from bareboat.build import writable
from bareboat.plan.settings import Settings
from folders import project

DOCKERFILE = (
    'FROM x\nWORKDIR /code\nVOLUME /datastore /code/media\nVOLUME ["/datastore"]\nCMD ["python", "app.py"]\n'
)


def test_volumes_of_a_dockerfile_are_the_users(tmp_path: Path) -> None:
    held = project(tmp_path, {"app.py": "", "requirements.txt": "", "Dockerfile": DOCKERFILE})
    found, (reason,) = writable.folders(held, Settings())
    assert found == ("/datastore", "/app/media")
    assert (reason.value, reason.where) == ("/datastore, /app/media", "Dockerfile:3")


def test_the_setting_comes_first(tmp_path: Path) -> None:
    held = project(tmp_path, {"app.py": "", "requirements.txt": "", "Dockerfile": DOCKERFILE})
    assert writable.folders(held, Settings(writable=("/data",)))[0] == ("/data",)
    assert writable.folders(held, Settings(writable=())) == ((), ())


def test_nothing_is_said_of_nothing(tmp_path: Path) -> None:
    assert writable.folders(project(tmp_path, {"app.py": ""}), Settings()) == ((), ())
