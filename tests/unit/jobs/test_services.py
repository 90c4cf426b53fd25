"""The services of a monorepo as `bareboat plan` lists them."""

from pathlib import Path

import folders
from bareboat.jobs.context import Context
from bareboat.jobs.services import services
from bareboat.target import Arch

CONTEXT = Context(folders.ENVIRON, 0, Path("store"), Arch.AMD64)
APP = "from flask import Flask\napp = Flask(__name__)\n"


def test_they_are_listed_with_what_would_be_built(tmp_path: Path) -> None:
    root = folders.make(
        tmp_path,
        {
            "a/requirements.txt": "flask\n",
            "a/main.py": APP,
            "b/pyproject.toml": '[project]\nname = "two"\nversion = "1"\n',
            "c/pyproject.toml": "no toml",
        },
    )
    held = services(root, CONTEXT)
    assert [(one.name, one.folder, one.source, one.start) for one in held[:2]] == [
        ("a", "a", "requirements.txt", "main:app"),
        ("two", "b", "pyproject.toml", "(nothing to start)"),
    ]
    assert held[2].source.startswith("(")
    assert held[0].document()["folder"] == "a"


def test_a_project_has_none(tmp_path: Path) -> None:
    root = folders.make(tmp_path, {"requirements.txt": "flask\n", "main.py": APP, "b/requirements.txt": ""})
    assert services(root, CONTEXT) == ()
    assert services(tmp_path / "none", CONTEXT) == ()
