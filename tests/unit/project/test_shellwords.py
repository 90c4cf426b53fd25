"""Words of a shell with their variables replaced."""

import pytest

from bareboat.project.shellwords import Expanded, expanded, value_of

VARIABLES = {"APP": "shop", "LINE": "gunicorn shop:app -w 2"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$APP:app", ["shop:app"]),
        ("'$APP'", ["$APP"]),
        ("$LINE", ["gunicorn", "shop:app", "-w", "2"]),
        ('"$LINE"', ["gunicorn shop:app -w 2"]),
        ('"$@"', ["web", "-x"]),
        ("${@:2}", ["-x"]),
        ('"${@:1}"', ["web", "-x"]),
        ("$1", ["web"]),
        ("${3:-more}", ["more"]),
        ("${NEW:=fresh}", ["fresh"]),
        ("${APP:0:2}", ["sh"]),
        ("${PORT:-80}", ["{port}"]),
        ("${EMPTY:-}", []),
        ("$4", []),
        ("${4}", []),
        ("''", [""]),
    ],
)
def test_a_word(text: str, words: list[str]) -> None:
    assert expanded([text], VARIABLES, ("web", "-x")) == Expanded(tuple(words))


def test_what_is_not_known() -> None:
    assert expanded(["x", "-w", "$W"], {}, ()) == Expanded(("x",), ("-w $W",))
    assert expanded(["x", "--w=$W", "A=$W"], {}, ()) == Expanded(("x",), ("--w=$W", "A=$W"))
    assert expanded(["$X", "y"], {}, ()) == Expanded(("y",), ("$X",), "$X")
    assert expanded(["x", "$(y)"], {}, ()).unknown == "$(y)"


def test_in_a_test_a_variable_that_nobody_sets_is_empty() -> None:
    assert value_of('"$X"', {}, (), ()) == ""
    assert value_of('"$X"', {}, (), {"X"}) is None
    for name in ("HOSTNAME", "?", "0", "UID"):
        assert value_of(f'"${name}"', {}, (), ()) is None
    assert value_of("$(x)", {}, (), ()) is None
    assert value_of("${X", {}, (), ()) is None
    assert value_of('"$#"', {}, ("a", "b"), ()) == "2"
