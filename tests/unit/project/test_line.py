"""A line and its surroundings as values."""

from bareboat.project.line import Line, Surroundings


def test_nothing_is_there_unless_said() -> None:
    around = Surroundings()
    assert (around.script("x"), around.exists("x")) == (None, None)
    assert Line() == Line((), (), "", (), (), "")
