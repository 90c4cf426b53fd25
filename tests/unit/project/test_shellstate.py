"""What a shell does by itself."""

from bareboat.project.line import Line, Surroundings
from bareboat.project.shellstate import State, below, builtin, noted


def state(**variables: str) -> State:
    return State(Surroundings(variables), ("a", "b", "c"))


def test_arguments_are_set_and_shifted() -> None:
    held = state()
    for words, more in (
        (("shift",), ("b", "c")),
        (("shift", "2"), ()),
        (("set", "--", "x"), ("x",)),
        (("set", "-e"), ("x",)),
    ):
        assert builtin(held, words, words)
        assert held.more == more
    assert not builtin(held, ("python",), [])
    assert not builtin(held, (), [])


def test_variables_are_set_and_forgotten() -> None:
    held = state(A="1")
    builtin(held, ("export",), ["export", "B=$A", "C"])
    builtin(held, (":",), [":", "${A:=x}", '"${D:=y}"', "no"])
    assert held.around.variables == {"A": "1", "B": "1", "D": "y"}
    held.assign(["E=$(date)", "A=$UNSET"])
    assert held.around.variables == {"B": "1", "D": "y"}
    assert held.value("$A") is None
    held.assign(["A=2"])
    assert held.value("$A") == "2"
    assert dict(held.held.env) == {"B": "1", "A": "2"}


def test_programs_get_what_is_exported() -> None:
    held = state(A="1")
    held.assign(["A=2", "B=3"])
    assert dict(held.held.env) == {"A": "2"}
    builtin(held, ("export",), ["export", "B"])
    assert dict(held.held.env) == {"A": "2", "B": "3"}
    builtin(held, ("local",), ["local", "C=4"])
    builtin(held, ("set", "-a"), [])
    held.assign(["D=5"])
    assert dict(held.held.env) == {"A": "2", "B": "3", "D": "5"}


def test_folders() -> None:
    held = state()
    for name in ("web", "./x/..", ".."):
        builtin(held, ("cd", name), [])
    builtin(held, ("cd",), [])
    assert held.held.folder == ""
    assert below("/code", "api") == "/code/api"


def test_a_note_is_said_once() -> None:
    line = noted(noted(noted(Line(), "x"), "x"), "")
    assert line.notes == ("x",)
