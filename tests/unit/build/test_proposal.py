"""The requirements file that is proposed."""

from pathlib import Path

import folders
from bareboat.build.proposal import Lacking, lacking, refusal
from bareboat.project.conda import Environment, Package
from bareboat.project.fact import Fact

KNOWN = {"yaml": ("PyYAML",), "cv2": ("opencv", "opencv-python"), "flask": ("Flask",), "PIL": ("pillow",)}
BY_CONDA = Environment(
    "environment.yml",
    (Package("pyyaml", "==6.*"), Package("libpq"), Package("own-thing", ">=2")),
    ("flask==3.0", "-r more.txt"),
)


def facts(*names: str) -> tuple[Fact[str], ...]:
    return tuple(Fact(name, f"main.py:{line}") for line, name in enumerate(names, 1))


def known(name: str) -> tuple[str, ...]:
    return KNOWN.get(name, ())


def test_what_is_known_guessed_and_open() -> None:
    error = refusal(Lacking(facts("cv2", "flask", "own_thing", "yaml")), known)
    assert str(error) == "main.py:1: imports cv2, flask, own_thing, yaml, and no file says what to install"
    first, *lines = error.hint.splitlines()
    assert first.startswith("nothing is installed by a guess")
    assert lines == [
        "opencv  # cv2 is in opencv, opencv-python: choose",
        "flask",
        "own-thing  # a guess: called like the module that is imported",
        "pyyaml",
    ]


def test_many_are_counted() -> None:
    imported = tuple(Fact(f"m{number}", "a.py:1") for number in range(9))
    assert "m0, m1, m2, m3, m4 and 4 more" in refusal(Lacking(imported), known).message


def test_what_conda_lists_bounds_what_is_imported() -> None:
    error = refusal(Lacking(facts("PIL", "flask", "own_thing", "yaml"), BY_CONDA), known)
    assert str(error) == (
        "environment.yml: lists packages of conda (pyyaml, libpq, own-thing) and a section for pip "
        "(flask==3.0, -r more.txt), which conda alone installs, and no other file says what to install"
    )
    assert error.hint.splitlines()[1:] == [
        "flask==3.0",
        "-r more.txt",
        "pillow",
        "own-thing>=2  # a guess: called like the module that is imported",
        "pyyaml==6.*",
        "# nothing imports these of environment.yml: libpq",
    ]


def test_without_an_archive_to_ask_the_plan_is_named() -> None:
    assert "`bareboat plan` proposes" in refusal(Lacking(facts("yaml"))).hint


def test_a_project_lacks_what_it_imports_or_conda_lists(tmp_path: Path) -> None:
    listed = "dependencies:\n  - numpy\n"
    own = folders.project(tmp_path / "a", {"main.py": "import os\n"})
    assert lacking(own) is None
    imports = folders.project(tmp_path / "b", {"main.py": "import yaml\n"})
    assert lacking(imports) == Lacking((Fact("yaml", "main.py:1"),), None)
    conda = folders.project(tmp_path / "c", {"main.py": "import os\n", "environment.yml": listed})
    assert lacking(conda) == Lacking((), Environment("environment.yml", (Package("numpy"),)))
    empty = folders.project(tmp_path / "d", {"main.py": "", "environment.yml": "dependencies: [python]\n"})
    assert lacking(empty) is None
    files = {"main.py": "import numpy\n", "environment.yml": listed, "requirements.txt": "numpy\n"}
    named = folders.project(tmp_path / "e", files)
    assert lacking(named) is None
    assert Fact("what conda installs is not installed", "environment.yml") in named.source.ignored


def test_scripts_that_name_their_packages_are_named(tmp_path: Path) -> None:
    block = '# /// script\n# dependencies = ["yaml"]\n# ///\nimport yaml\n'
    project = folders.project(tmp_path, {"a.py": block, "b.py": block, "main.py": "import yaml\n"})
    lacks = lacking(project)
    assert lacks is not None
    assert lacks.scripts == ("a.py", "b.py")
    assert "`bareboat build a.py`" in refusal(lacks, known).hint
    assert "`bareboat build a.py`" in refusal(lacks).hint
