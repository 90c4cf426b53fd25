import pytest

from bareboat.dockerfile import make
from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.render import render
from bareboat.dockerfile.syntax import Comment, Directive, File, Flag, Form, Instruction, Item
from bareboat.errors import InputError


def shown(*items: Item, directives: tuple[Directive, ...] = ()) -> str:
    text = render(File(directives, items))
    assert render(parse(text.encode()).file) == text
    return text


def test_one_line_each() -> None:
    assert shown(
        make.frm("a", "b", "linux/arm64"), make.comment("c"), make.comment(""), make.blank(), make.user(1)
    ) == ("FROM --platform=linux/arm64 a AS b\n# c\n#\n\nUSER 1\n")


def test_the_layout_of_a_shell() -> None:
    mount = make.cache_mount("/c")
    assert shown(make.run("a", "b", mounts=[mount])) == (
        "RUN --mount=type=cache,target=/c \\\n    a && \\\n    b\n"
    )
    assert shown(make.run("a", mounts=[mount])) == "RUN --mount=type=cache,target=/c a\n"
    text = "RUN a && \\\n    # why\n    b\n"
    assert render(parse(text.encode()).file) == text


def test_a_layout_that_no_longer_fits_is_left_out() -> None:
    item = Instruction("RUN", (), ("a b",), Form.SHELL, lines=("a ", " c"))
    assert shown(item) == "RUN a b\n"


def test_pairs_stand_below_each_other() -> None:
    assert shown(make.env({"A": "1", "B": "2 3"})) == 'ENV A=1 \\\n    B="2 3"\n'


def test_long_lines_are_broken() -> None:
    long = "x" * 60
    assert shown(make.copy(long, long, dest="/y")) == f"COPY {long} \\\n    {long} \\\n    /y\n"
    assert shown(make.run(long, mounts=[make.cache_mount("/" + long)])).count("\n") == 2
    assert shown(make.healthcheck(long, interval="30s", timeout="10s", retries=3)) == (
        f'HEALTHCHECK --interval=30s --timeout=10s --retries=3 \\\n    CMD ["{long}"]\n'
    )
    assert shown(make.cmd(long, long)).count("\n") == 1


def test_a_word_that_begins_with_a_hash_begins_no_line() -> None:
    item = Instruction("ENV", (), ("A=1", "#b=2", "C=3"), Form.PAIRS)
    assert shown(item) == "ENV A=1 #b=2 \\\n    C=3\n"


def test_flags_are_one_word() -> None:
    flags = (Flag("a", "b c"), Flag("d", 'e"f\\'), Flag("g"), Flag("h", ""))
    assert (
        shown(Instruction("RUN", flags, ("x",), Form.SHELL)) == 'RUN --a="b c" --d="e\\"f\\\\" --g --h= x\n'
    )
    assert shown(Instruction("RUN", (Flag("a", "Ã©"),), ("x",), Form.SHELL)) == "RUN --a=é x\n"
    assert shown(Instruction("RUN", (), ("--x",), Form.SHELL)) == "RUN -- --x\n"


def test_here_documents() -> None:
    assert shown(make.script("a\n\tb")) == "RUN <<'EOF'\na\n\tb\nEOF\n"
    assert shown(make.onbuild(make.script("a", expand=True))) == "ONBUILD RUN <<EOF\na\nEOF\n"


def test_the_escape_character_is_the_files() -> None:
    head = (make.directive("escape", "`"),)
    item = Instruction("RUN", (Flag("a", "b`c d"),), ("e && \\  f",), Form.SHELL, lines=("e && \\", "  f"))
    assert shown(item, directives=head) == '# escape=`\nRUN --a="b``c d" `\n    e && \\`\n  f\n'


def test_other_forms() -> None:
    text = 'ENV A b c\nHEALTHCHECK NONE\nHEALTHCHECK CMD a b\nCMD []\nRUN\nFOO a b\nONBUILD\nVOLUME ["a b"]\n'
    assert render(parse(text.encode()).file) == text


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (Comment("escape=x"), "cannot be written"),
        (Comment("syntax=x"), "a comment or directive"),
        (Instruction("USER", (), ("a\nb",), Form.TEXT), "USER a"),
        (Instruction("RUN", (), ("a\\",), Form.SHELL), "RUN a"),
        (Instruction("RUN", (), ('["a"]',), Form.SHELL), "RUN"),
        (Instruction("ENV", (), ("A=b c",), Form.PAIRS), "is no NAME=value"),
        (Instruction("RUN", (), ("\ud800",), Form.SHELL), "UTF-8"),
        (Instruction("RUN", (Flag("a", "é"),), ("b",), Form.SHELL), "letters that BuildKit cannot read"),
        (Instruction("RUN", (Flag("a", "€"),), ("b",), Form.SHELL), "letters that BuildKit cannot read"),
    ],
)
def test_what_cannot_be_said_is_refused(item: Item, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        render(File((), (item, make.user(1))))
    assert caught.value.hint
