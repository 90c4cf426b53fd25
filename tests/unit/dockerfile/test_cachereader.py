import pytest

from bareboat.dockerfile.cache import Change, Outcome, explain
from bareboat.dockerfile.parse import parse


def ran(text: str, change: Change) -> dict[int, str]:
    """Return the reason of each instruction that runs or may run, by line."""
    steps = explain(parse(text.encode()).file, change)
    return {step.line: step.reason for step in steps if step.outcome in {Outcome.RUNS, Outcome.MAYBE}}


def may_run(text: str, change: Change) -> list[int]:
    steps = explain(parse(text.encode()).file, change)
    return [step.line for step in steps if step.outcome is Outcome.MAYBE]


def lines(text: str, change: Change) -> list[int]:
    return list(ran(text, change))


def test_a_stage_stands_on_another() -> None:
    text = "FROM python AS a\nCOPY x /\nFROM a AS b\nRUN y\nFROM scratch\nCOPY --from=b / /"
    assert ran(text, Change.files("x")) == {
        2: "copies x, which changed",
        3: "stands on stage a, which runs again",
        4: "stands on line 2 (COPY), which runs again",
        6: "takes files from stage b, if they came out different",
    }
    assert lines(text, Change.files("z")) == []


def test_an_empty_stage_passes_a_change_on() -> None:
    assert lines("FROM python AS a\nFROM a AS b\nFROM b\nRUN x", Change.base()) == [1, 2, 3, 4]


def test_scratch_never_changes() -> None:
    assert lines("FROM scratch\nCOPY --from=scratch a b", Change.base()) == []


def test_images_that_files_are_taken_from() -> None:
    text = "FROM scratch\nCOPY --from=uv:1 /uv /\nRUN --mount=from=uv:1,target=/u x"
    assert lines(text, Change.base("uv:1")) == [2, 3]
    assert lines("FROM scratch\nCOPY --from=uv:1 /uv /", Change.base("uv:2")) == []


def test_mounts_of_the_context() -> None:
    text = "FROM scratch\nRUN --mount=source=a/b,target=/x y\nRUN --mount=target=/x --mount=type=foo z"
    assert ran(text, Change.files("a/b")) == {
        2: "mounts a/b, which changed",
        3: "mounts a/b, which changed",
    }
    assert lines(text, Change.files("a/b/c")) == [2, 3]
    assert lines(
        "FROM scratch\nRUN --mount=source=a,target=/a --mount=source=b,target=/b c", Change.files("b")
    ) == [2]
    assert lines("FROM scratch\nRUN --mount=type=foo --mount=target=/b c", Change.files("b")) == [2]
    assert lines(text, Change.files("a/bc")) == [3]


def test_mounts_that_are_no_part_of_the_key() -> None:
    mounts = "--mount=type=cache,target=/x --mount=type=secret,id=y --mount=type=tmpfs,target=/z"
    text = f"FROM scratch\nRUN {mounts} a"
    assert lines(text, Change.files("x")) == []


def test_mounts_of_a_stage() -> None:
    text = "FROM scratch AS a\nCOPY x /\nFROM scratch\nRUN --mount=from=a,target=/a y"
    assert ran(text, Change.files("x"))[4] == "mounts files of stage a, if they came out different"
    assert may_run(text, Change.files("x")) == [4]


def test_what_is_sure_comes_before_what_may_be() -> None:
    text = (
        "FROM scratch AS a\nCOPY x /\nFROM scratch AS b\nCOPY --from=a / /\nRUN y\nCOPY x /\nRUN z\n"
        "FROM b\nCOPY --from=a / /\nCOPY --from=b / /"
    )
    assert ran(text, Change.files("x")) == {
        2: "copies x, which changed",
        4: "takes files from stage a, if they came out different",
        5: "stands on line 4 (COPY), which may run again",
        6: "copies x, which changed",
        7: "stands on line 6 (COPY), which runs again",
        8: "stands on stage b, which runs again",
        9: "stands on line 6 (COPY), which runs again",
        10: "stands on line 6 (COPY), which runs again",
    }
    assert may_run(text, Change.files("x")) == [4, 5]
    images = (
        "FROM scratch AS a\nCOPY x /\nFROM scratch\nRUN --mount=from=a,target=/a --mount=from=i,target=/i y"
    )
    both = Change(frozenset({"x"}), all_images=True)
    assert ran(images, both)[4] == "mounts files of i, which changed"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG V\nRUN a\nCOPY b /", [3, 4]),
        ("RUN a\nARG V\nCOPY b /", []),
        ("ARG V\nCOPY $V /", [3]),
        ("ARG V\nCOPY --chown=$V a /", [3]),
        ("ARG V\nCOPY <<E /x\n$V\nE", [3]),
        ("ARG V\nCOPY <<'E' /x\n$V\nE", []),
        ("ARG V\nCOPY <<E /x\nb\nE", []),
        ("ARG V\nENV W=$V\nRUN a", [4]),
        ("ARG V\nENV V=1\nRUN a", []),
        ("ARG V\nENV W=${X:-$V}\nRUN a", [4]),
        ("ARG V\nENV W='$V'\nENV V=1\nRUN a", []),
        ("ARG V\nENV W=${\nENV V=1\nRUN a", []),
        ("ARG V W=$V\nENV V=1\nRUN a", [4]),
        ("ARG V=1 V=2\nENV V=3\nRUN a", []),
        ("ARG V\nUSER $V\nENV V=1\nWORKDIR /a", [5]),
        ("ARG V\nUSER $V\nENV V=1\nRUN /a", [5]),
        ("ARG V\nUSER $V\nUSER 1\nENV V=1\nRUN /a", []),
        ("ARG V\nWORKDIR $V\nCOPY a /", [3, 4]),
        ("ARG V\nLABEL a=$V\nEXPOSE $V", []),
        ("ENV A=1\nARG X\nRUN a", []),
    ],
)
def test_arguments(text: str, expected: list[int]) -> None:
    assert lines(f"FROM scratch\n{text}", Change.argument("V")) == expected


def test_arguments_from_above() -> None:
    assert lines("ARG V\nFROM a\nARG V\nRUN x", Change.argument("V")) == [4]
    assert lines("ARG V\nARG W=$V\nFROM a\nARG W\nRUN x", Change.argument("V")) == [5]
    assert lines("ARG V\nFROM a\nRUN x", Change.argument("V")) == []
    assert lines("ARG V\nFROM --platform=$V a", Change.argument("V")) == [2]
    assert lines("ARG V\nFROM a AS x\nARG V\nFROM x\nRUN y", Change.argument("V")) == [5]


def test_links() -> None:
    text = "FROM python\nCOPY --link{} a /\nRUN x"
    assert lines(text.format(""), Change.base()) == [1, 3]
    assert lines(text.format("=true"), Change.base()) == [1, 3]
    assert lines(text.format("=false"), Change.base()) == [1, 2, 3]
    assert lines(text.format(" --chmod=1"), Change.base()) == [1, 2, 3]
    assert lines(text.format(""), Change.files("a")) == [2, 3]


def test_a_mount_of_a_stage_that_did_not_change() -> None:
    text = "FROM python AS a\nFROM scratch\nRUN --mount=from=a,target=/a --mount=from=b,target=/b y"
    assert lines(text, Change.files("x")) == []
    assert lines(text, Change.base("b")) == [3]


def test_many_files_are_counted() -> None:
    assert ran("FROM scratch\nADD . /", Change.files("a", "b", "c", "d", "e")) == {
        2: "copies a, b, c and 2 more, which changed"
    }


def test_patterns_see_variables() -> None:
    text = "FROM scratch\nENV D=src\nCOPY $D/*.py --exclude=x /\nCOPY ${ /"
    assert lines(text, Change.files("src/a.py")) == [3, 4]


def test_excluded_and_parents() -> None:
    assert lines("FROM scratch\nCOPY --exclude=*.md . /", Change.files("a.md")) == []
    assert lines("FROM scratch\nCOPY --parents **/a.md /", Change.files("x/y/a.md")) == [2]
    assert lines("FROM scratch\nCOPY --parents=false **/a.md /", Change.files("x/y/a.md")) == []


def test_a_stage_that_comes_later_is_not_looked_at() -> None:
    text = "FROM scratch AS a\nCOPY --from=b / /\nCOPY --from=9 / /\nFROM scratch AS b\nCOPY x /\nFROM a"
    assert lines(text, Change.files("x")) == [5]


def test_triggers() -> None:
    text = "FROM python AS a\nONBUILD COPY x /\nFROM a\nRUN y"
    assert lines(text, Change.files("x")) == [2, 4]


def test_a_made_file_has_no_lines() -> None:
    from bareboat.dockerfile import make

    file = make.file(make.frm("scratch"), make.copy("a", dest="/"), make.run("b"))
    reasons = [step.reason for step in explain(file, Change.files("a"))]
    assert reasons[2] == "stands on COPY, which runs again"
