from bareboat.dockerfile.logical import Logical, Piece, Span

JOINED = Logical("RUN é  b", (Piece(0, "RUN é", 10, 2, 3), Piece(5, "  b", 30, 5, 1)))


def test_a_span_within_one_line() -> None:
    assert JOINED.span(0, 3) == Span(10, 13, 2, 3, 2)
    assert JOINED.span(4, 5) == Span(14, 16, 2, 7, 2)


def test_a_span_over_two_lines() -> None:
    assert JOINED.span(4, 8) == Span(14, 33, 2, 7, 5)
    assert JOINED.span(7, 8) == Span(32, 33, 5, 3, 5)


def test_an_empty_span() -> None:
    assert JOINED.span(8, 8) == Span(33, 33, 5, 4, 5)
    assert Logical("", (Piece(0, "", 4, 1, 1),)).span(0, 0) == Span(4, 4, 1, 1, 1)
