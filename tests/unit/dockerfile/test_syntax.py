from bareboat.dockerfile.logical import Span
from bareboat.dockerfile.syntax import Blank, Comment, Directive, File, Flag, Form, Instruction


def test_where_it_stands_is_no_part_of_a_value() -> None:
    span = Span(1, 2, 3, 4, 5)
    assert Instruction(
        "RUN", (Flag("a", "b", span),), ("c",), Form.SHELL, lines=("c",), span=span
    ) == Instruction("RUN", (Flag("a", "b"),), ("c",), Form.SHELL)
    assert (Comment("a", span), Blank(span), Directive("a", "b", span)) == (
        Comment("a"),
        Blank(),
        Directive("a", "b"),
    )


def test_flags_by_name() -> None:
    item = Instruction("RUN", (Flag("mount", "a"), Flag("mount", "b"), Flag("link")))
    assert item.flag("mount") == "b"
    assert item.flag("link") == ""
    assert item.flag("none") is None
    assert item.values("mount") == ("a", "b")
    assert item.values("link") == ("",)


def test_pairs() -> None:
    assert Instruction("ARG", (), ("A", "B=", "C=d=e"), Form.PAIRS).pairs == (
        ("A", None),
        ("B", ""),
        ("C", "d=e"),
    )
    assert Instruction("ENV", (), ("A", "b c"), Form.LEGACY).pairs == (("A", "b c"),)
    assert Instruction("RUN", (), ("A=b",), Form.SHELL).pairs == ()


def test_a_line() -> None:
    assert Instruction("RUN").line == 0
    assert Instruction("RUN", span=Span(1, 2, 3, 4, 5)).line == 3


def test_a_file() -> None:
    run = Instruction("RUN")
    file = File((Directive("escape", "`"),), (Comment("a"), run, Blank(), run))
    assert list(file.instructions()) == [run, run]
    assert file.escape == file.directive("escape") == "`"
    assert File().escape == "\\"
    assert file.directive("syntax") is None
