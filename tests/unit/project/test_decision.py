from bareboat.project.candidate import Candidate
from bareboat.project.decision import Command, Decision
from bareboat.project.frameworks import Kind


def test_values_are_equal_by_what_they_hold() -> None:
    candidate = Candidate(Kind.ASGI, "x", "a", "app", "w")
    assert Command(("x",), candidate, "", None, None, "", ()) == Command(
        ("x",), candidate, "", None, None, "", ()
    )
    assert Decision("a", "b", "c").where == ""
