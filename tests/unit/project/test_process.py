from bareboat.project.commandline import Line
from bareboat.project.process import WEB, Process


def test_a_process_is_a_value() -> None:
    assert Process(WEB, Line(("x",)), "x", "Procfile:1", "Procfile") == Process(
        "web", Line(("x",)), "x", "Procfile:1", "Procfile"
    )
