import pytest

from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.shell import Command, commands, split
from bareboat.dockerfile.syntax import Form, Instruction


def names(text: str) -> list[str]:
    (item,) = parse(text.encode()).file.instructions()
    return [command.name for command in commands(item)]


def test_a_command() -> None:
    (command,) = split("A=1 pip install 'x y' >out")
    assert command.name == "pip"
    assert [word.value for word in command.words] == ["pip", "install", "x y"]
    assert [word.text for word in command.assignments] == ["A=1"]
    assert [(found.fd, found.operator, found.target.text) for found in command.redirections] == [
        ("", ">", "out")
    ]
    assert Command(()).name == ""
    assert split("$A")[0].name == ""


def test_places_in_the_source() -> None:
    source = "FROM a\nRUN --network=none \\\n  é && \\\n # c\n  pip x\n".encode()
    item = list(parse(source).file.instructions())[1]
    spans = [command.span for command in commands(item)]
    assert [source[span.start : span.end].decode() for span in spans if span] == ["é", "pip x"]
    assert [(span.line, span.column) for span in spans if span] == [(3, 3), (5, 3)]


def test_places_in_a_document() -> None:
    source = "RUN <<-E\n\té a\n\t\tb\n\tE\n".encode()
    (item,) = parse(source).file.instructions()
    spans = [command.span for command in commands(item)]
    assert [source[span.start : span.end].decode() for span in spans if span] == ["é a", "b"]
    assert [(span.line, span.column) for span in spans if span] == [(2, 2), (3, 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN a | b", ["a", "b"]),
        ('RUN ["a", "b"]', []),
        ("RUN", []),
        ("CMD a", ["a"]),
        ("HEALTHCHECK CMD a || b", ["a", "b"]),
        ("USER a", []),
        ("RUN <<E\na\nb; c\nE", ["a", "b", "c"]),
        ("RUN <<E\n#!/bin/bash -e\na\nE", ["a"]),
        ("RUN <<E\n#!/usr/bin/env sh\na\nE", ["a"]),
        ("RUN <<E\n#!/usr/bin/env python3\nimport a\nE", []),
        ("RUN <<E\nE", []),
        ("RUN <<E cat\na\nE", ["cat"]),
    ],
)
def test_forms(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_made_instruction_has_no_places() -> None:
    from bareboat.dockerfile import make

    assert [command.span for command in commands(make.run("a", "b"))] == [None, None]
    assert [command.span for command in commands(make.script("a"))] == [None]
    assert commands(Instruction("RUN", form=Form.SHELL)) == ()
