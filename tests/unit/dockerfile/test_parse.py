import pytest

from bareboat.dockerfile.logical import Span
from bareboat.dockerfile.parse import LONGEST_LINE, parse
from bareboat.dockerfile.syntax import (
    Blank,
    Comment,
    Directive,
    File,
    Flag,
    Form,
    Heredoc,
    Instruction,
)
from bareboat.errors import InputError


def only(text: str) -> Instruction:
    (item,) = parse(text.encode()).file.instructions()
    return item


def test_a_whole_file() -> None:
    source = b"# syntax=a\n# escape=`\n\n#  note\nfrom x as y\nRUN --a=b c `\n  d\n"
    assert parse(source).file == File(
        (Directive("syntax", "a"), Directive("escape", "`")),
        (
            Blank(),
            Comment(" note"),
            Instruction("FROM", (), ("x", "as", "y")),
            Instruction("RUN", (Flag("a", "b"),), ("c   d",), Form.SHELL),
        ),
    )


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("RUN a \\\n b", ("a  b",)),
        ("RUN a\\\nb", ("ab",)),
        ("RUN a \\ \t\nb", ("a b",)),
        ("RUN a \\\r\n b\r\n", ("a  b",)),
        ("RUN a \\\n# c\n\n \t\n  # d \\\n b", ("a  b",)),
        ("RUN a \\", ("a",)),
        ("RUN a \\\n", ("a",)),
        ("RUN a \\\\", ("a \\\\",)),
        ("RUN a \\b", ("a \\b",)),
        ("R\\\nUN a", ("a",)),
        ("\\\n RUN a", ("a",)),
        ("RUN # a", ("# a",)),
        ("\ufeffRUN a", ("a",)),
        ("\u2003RUN a\u2003", ("a",)),
    ],
)
def test_lines_are_joined(text: str, arguments: tuple[str, ...]) -> None:
    item = only(text)
    assert item.keyword == "RUN"
    assert item.arguments == arguments


def test_a_comment_is_no_part_of_an_instruction() -> None:
    assert [type(item) for item in parse(b"FROM a\n# b \\\nRUN c\n  # d").file.items] == [
        Instruction,
        Comment,
        Instruction,
        Comment,
    ]


def test_here_documents() -> None:
    item = only("RUN <<A cat 3<<-'B'\n# x \\\n\nA\n\ty\n\tB\n")
    assert item.heredocs == (
        Heredoc("A", "# x \\\n\n"),
        Heredoc("B", "\ty\n", expand=False, chomp=True, fd=3),
    )
    assert item.span is not None
    assert item.span.end_line == 6
    assert [doc.span.line for doc in item.heredocs if doc.span] == [2, 5]


@pytest.mark.parametrize(
    "text", ['RUN ["a", "<<A"]', "CMD <<A", "ENV A=<<A", "RUN <<A '", "ONBUILD ONBUILD RUN <<A"]
)
def test_what_opens_no_here_document(text: str) -> None:
    item = only(text)
    assert item.heredocs == ()


def test_onbuild() -> None:
    item = only("ONBUILD --x COPY --link <<A b\nx\nA")
    assert (item.keyword, item.form, item.arguments, item.flags) == ("ONBUILD", Form.NESTED, (), (Flag("x"),))
    assert item.inner == Instruction(
        "COPY", (Flag("link"),), ("<<A", "b"), Form.WORDS, (Heredoc("A", "x\n"),)
    )
    assert item.heredocs == item.inner.heredocs
    assert only("ONBUILD").inner is None
    assert only("ONBUILD ONBUILD").inner == Instruction("ONBUILD", form=Form.NESTED)


def test_places() -> None:
    source = "FROM a\n\n  RUN --é=1 \\\n   --b=2 \\\n  café x\n".encode()
    item = parse(source).file.items[2]
    assert isinstance(item, Instruction)
    assert item.span == Span(10, 43, 3, 3, 5)
    assert [flag.span for flag in item.flags] == [Span(14, 20, 3, 7, 3), Span(26, 31, 4, 4, 4)]
    assert item.logical is not None
    span = item.logical.span(item.offsets[0], item.offsets[0] + 4)
    assert source[span.start : span.end].decode() == "café"
    assert (span.line, span.column) == (5, 3)


def test_an_inner_instruction_has_its_place() -> None:
    item = only("ONBUILD RUN a")
    assert item.inner is not None
    assert item.inner.span == Span(8, 13, 1, 9, 1)
    assert item.inner.offsets == (12,)


@pytest.mark.parametrize(
    ("source", "where", "message"),
    [
        (b"", "Dockerfile", "no instruction"),
        (b"# a\n\n", "Dockerfile", "no instruction"),
        (b"FROM a\n\nENV b\n", "Dockerfile:3", "has no value"),
        (b"FROM a\nRUN \\\n [1]", "Dockerfile:2", "strings only"),
        (b"FROM a\nRUN <<B\nc", "Dockerfile:2", "no end"),
        (b"# escape=x\nFROM a", "Dockerfile:1", "is not possible"),
        (b"# escape=`\n# escape=`\nFROM a", "Dockerfile:2", "given twice"),
        (b"FROM a\nRUN \xff", "Dockerfile:2", "byte 0xff at offset 11 is no UTF-8"),
        (b"FROM a\nRUN \0", "Dockerfile:2", "NUL"),
        (b"FROM a\nRUN " + b"a" * LONGEST_LINE, "Dockerfile:2", "65535 bytes"),
        (b"FROM a\n" + b"ONBUILD " * 20, "Dockerfile:2", "more than 16 deep"),
    ],
)
def test_refused(source: bytes, where: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        parse(source)
    assert caught.value.where == where
    assert caught.value.hint


def test_the_longest_line() -> None:
    line = b"RUN " + b"a" * (LONGEST_LINE - 4)
    assert parse(b"FROM a\n" + line + b"\n").file == parse(b"FROM a\n" + line).file


def test_where_is_named_as_told() -> None:
    with pytest.raises(InputError) as caught:
        parse(b"ENV a", where="sub/x.Dockerfile")
    assert caught.value.where == "sub/x.Dockerfile:1"
