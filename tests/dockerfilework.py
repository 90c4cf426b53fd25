"""Lets bytes go through the whole room `dockerfile` and says what must hold: for properties and fuzzing."""

from contextlib import suppress

from bareboat.dockerfile.cache import Change, explain
from bareboat.dockerfile.check import check
from bareboat.dockerfile.ignore import Ignore
from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.render import render
from bareboat.dockerfile.scope import scopes
from bareboat.dockerfile.shell import commands
from bareboat.dockerfile.stages import read
from bareboat.dockerfile.syntax import Instruction
from bareboat.errors import InputError

__all__ = ["whole"]


def whole(source: bytes) -> None:
    """Let a file go through everything; only InputError may come out."""
    try:
        parsed = parse(source)
    except InputError:
        return
    assert "".join(token.text for token in parsed.tokens).encode() == source
    place = 0
    for token in parsed.tokens:
        assert token.start == place
        place = token.end
    for item in parsed.file.instructions():
        inside(item, source)
    check(parsed.file)
    with suppress(InputError):
        text = render(parsed.file)
        assert parse(text.encode()).file == parsed.file
    with suppress(InputError):
        explain(parsed.file, Change(frozenset({"a", "b/c"}), all_images=True, arguments=frozenset({"V"})))
        list(scopes(read(parsed.file)))
    with suppress(InputError):
        Ignore.parse(source.decode(errors="replace")).excludes("a/b")


def inside(item: Instruction, source: bytes) -> None:
    span = item.span
    assert span is not None
    assert 0 <= span.start <= span.end <= len(source)
    assert span.line <= span.end_line
    with suppress(InputError):
        for command in commands(item):
            assert command.span is not None
            assert span.start <= command.span.start <= command.span.end <= span.end
