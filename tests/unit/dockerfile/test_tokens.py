from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.tokens import Token, TokenKind


def kinds(source: bytes) -> list[tuple[str, str]]:
    found = parse(source).tokens
    assert "".join(token.text for token in found).encode() == source
    return [(token.kind.value, token.text) for token in found if token.kind is not TokenKind.NEWLINE]


def test_a_line() -> None:
    assert kinds(b" RUN  --a='b c' d e # f \n") == [
        ("space", " "),
        ("keyword", "RUN"),
        ("space", "  "),
        ("flag", "--a='b c'"),
        ("space", " "),
        ("text", "d e # f"),
        ("space", " "),
    ]


def test_the_head() -> None:
    assert kinds(b"\xef\xbb\xbf# escape=`\n# a\r\n\t\nFROM a`\n") == [
        ("bom", "\ufeff"),
        ("directive", "# escape=`"),
        ("comment", "# a"),
        ("space", "\t"),
        ("keyword", "FROM"),
        ("space", " "),
        ("text", "a"),
        ("escape", "`"),
    ]


def test_lists_and_pairs() -> None:
    assert kinds(b'CMD [ "a", "b" ]')[2:] == [
        ("mark", "["),
        ("space", " "),
        ("text", '"a"'),
        ("mark", ","),
        ("space", " "),
        ("text", '"b"'),
        ("space", " "),
        ("mark", "]"),
    ]
    assert kinds(b"ENV A='b c' \\\n D=e")[2:] == [
        ("text", "A='b c'"),
        ("space", " "),
        ("escape", "\\"),
        ("space", " "),
        ("text", "D=e"),
    ]
    assert ("mark", "--") in kinds(b"RUN -- --a")


def test_comments_inside() -> None:
    assert kinds(b"RUN a \\ \n  # b\n\n c\n")[2:] == [
        ("text", "a "),
        ("escape", "\\ "),
        ("space", "  "),
        ("comment", "# b"),
        ("text", " c"),
    ]


def test_a_continuation_that_nothing_takes_up() -> None:
    assert kinds(b"RUN a\\\n# b\n\n# c") == [
        ("keyword", "RUN"),
        ("space", " "),
        ("text", "a"),
        ("escape", "\\"),
        ("comment", "# b"),
        ("comment", "# c"),
    ]


def test_here_documents() -> None:
    assert kinds(b"RUN <<A\\\n# c\n\n 4<<-B\nx\nA\n\tB\nUSER a")[2:] == [
        ("text", "<<A"),
        ("escape", "\\"),
        ("comment", "# c"),
        ("text", " 4<<-B"),
        ("body", "x\n"),
        ("delimiter", "A"),
        ("space", "\t"),
        ("delimiter", "B"),
        ("keyword", "USER"),
        ("space", " "),
        ("text", "a"),
    ]


def test_onbuild() -> None:
    assert [kind for kind, _ in kinds(b"ONBUILD RUN --a b")] == [
        "keyword",
        "space",
        "keyword",
        "space",
        "flag",
        "space",
        "text",
    ]
    assert kinds(b"ONBUILD") == [("keyword", "ONBUILD")]


def test_places() -> None:
    source = "\ufeffFROM é \\\n  b\n".encode()
    assert parse(source).tokens == (
        Token(TokenKind.BOM, "\ufeff", 0, 3, 1, 1),
        Token(TokenKind.KEYWORD, "FROM", 3, 7, 1, 1),
        Token(TokenKind.SPACE, " ", 7, 8, 1, 5),
        Token(TokenKind.TEXT, "é", 8, 10, 1, 6),
        Token(TokenKind.SPACE, " ", 10, 11, 1, 7),
        Token(TokenKind.ESCAPE, "\\", 11, 12, 1, 8),
        Token(TokenKind.NEWLINE, "\n", 12, 13, 1, 9),
        Token(TokenKind.SPACE, "  ", 13, 15, 2, 1),
        Token(TokenKind.TEXT, "b", 15, 16, 2, 3),
        Token(TokenKind.NEWLINE, "\n", 16, 17, 2, 4),
    )
