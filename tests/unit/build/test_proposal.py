"""The requirements file that is proposed."""

from bareboat.build.proposal import refusal
from bareboat.project.fact import Fact

KNOWN = {"yaml": ("PyYAML",), "cv2": ("opencv", "opencv-python"), "flask": ("Flask",)}


def test_what_is_known_guessed_and_open() -> None:
    imported = [
        Fact(name, f"main.py:{line}") for line, name in enumerate(("cv2", "flask", "own_thing", "yaml"), 1)
    ]
    error = refusal(imported, lambda name: KNOWN.get(name, ()))
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
    imported = [Fact(f"m{number}", "a.py:1") for number in range(9)]
    assert "m0, m1, m2, m3, m4 and 4 more" in refusal(imported, lambda _: ()).message
