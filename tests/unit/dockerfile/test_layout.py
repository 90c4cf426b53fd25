from bareboat.dockerfile.parse import parse


def lines(text: str) -> tuple[str, ...]:
    (item,) = parse(text.encode()).file.instructions()
    return item.lines


def test_a_text_on_one_line_has_no_layout() -> None:
    assert lines("RUN a && b") == ()
    assert lines("RUN \\\n  a") == ()
    assert lines("RUN --network=none \\\n  a \\\n  \\\n") == ()


def test_pieces_and_comments() -> None:
    text = "RUN --network=none \\\n # before\n a && \\\n  # why\n\n  b \\\n c \\\n # after\n"
    assert lines(text) == ("a && ", "  # why", "  b ", " c")


def test_pieces_make_the_argument() -> None:
    (item,) = parse(b"RUN a\\\n# c\n b\\\n  c  \\\n").file.instructions()
    assert item.arguments == ("a b  c",)
    assert item.lines == ("a", "# c", " b", "  c")
