import pytest

from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.wellformed import problems


def said(line: str) -> list[str]:
    (item,) = parse(line.encode()).file.instructions()
    found = list(problems(item))
    assert all(error.hint for error in found)
    return [error.message for error in found]


@pytest.mark.parametrize(
    "line",
    [
        "FROM a",
        "FROM a AS B",
        "ENV A b",
        "ARG A B=c",
        "RUN",
        "CMD []",
        "RUN --mount=target=/x --device=a,required=true --device=name=a a",
        "COPY <<A /b\nx\nA",
        "HEALTHCHECK NONE",
        "HEALTHCHECK NONE []",
        "HEALTHCHECK --interval=1s --retries=+3 cmd a",
        "ONBUILD RUN a",
        "VOLUME /a",
        'SHELL ["a"]',
    ],
)
def test_good(line: str) -> None:
    assert said(line) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("FOO a", "FOO is no instruction"),
        ("\\\n", "an empty line after a continuation is no instruction"),
        ("FROM", "FROM has no words"),
        ("FROM a b", "FROM has 2 words"),
        ("FROM a AS 1", "'1' is no name for a stage"),
        ("USER", "USER has no argument"),
        ("EXPOSE", "EXPOSE has no argument"),
        ("ONBUILD", "ONBUILD has no argument"),
        ("SHELL []", "SHELL has no argument"),
        ("COPY a", "COPY has 1 argument"),
        ("ADD", "ADD has no arguments"),
        ("ENV =a", "ENV has a value without a name"),
        ("ARG =a", "ARG has a value without a name"),
        ("RUN --mount=from=$a b", "--mount=from=\\$a: from=\\$a holds a variable"),
        ("RUN --device=a,b c", "--device=a,b: 'b' is no option"),
        ("RUN --device=name=a,name=b c", "named twice"),
        ("RUN --device=required=x c", "neither true nor false"),
        ("COPY a <<A\nx\nA", "COPY cannot write to a here-document"),
        ("HEALTHCHECK", "HEALTHCHECK has no argument"),
        ("HEALTHCHECK NONE a", "NONE takes no arguments"),
        ("HEALTHCHECK FOO a", "HEALTHCHECK FOO is unknown"),
        ("HEALTHCHECK CMD", "has no command"),
        ("HEALTHCHECK --interval=1 CMD a", "--interval: '1' is no duration"),
        ("HEALTHCHECK --retries=-1 CMD a", "--retries=-1 is no count"),
        ("HEALTHCHECK --retries=x CMD a", "--retries=x is no count"),
        ("ONBUILD FROM a", "ONBUILD FROM is not possible"),
        ("ONBUILD ONBUILD RUN a", "ONBUILD ONBUILD is not possible"),
        ("ONBUILD --x FROM a", "ONBUILD has no flag --x"),
        ('VOLUME [" "]', "VOLUME has an empty path"),
        ("SHELL a", "SHELL is no JSON list"),
    ],
)
def test_refused(line: str, message: str) -> None:
    import re

    (only,) = said(line)
    assert re.search(message, only)


def test_the_nearest_keyword_is_offered() -> None:
    def hint(line: str) -> str:
        (item,) = parse(line.encode()).file.instructions()
        return next(problems(item)).hint

    assert hint("FORM a") == "did you mean FROM?"
    assert hint("12345 a").startswith("a Dockerfile's instructions")
