import pytest

from bareboat.dockerfile.options import problems
from bareboat.dockerfile.parse import parse


def said(line: str) -> list[str]:
    (item,) = parse(line.encode()).file.instructions()
    found = list(problems(item))
    assert all(error.hint for error in found)
    return [error.message for error in found]


@pytest.mark.parametrize(
    "line",
    [
        "FROM --platform=a b",
        "RUN --mount=a --mount=b --network=none --security=sandbox --device=x a",
        "COPY --from=a --chown=b --chmod=c --link --parents=TRUE --exclude=d --exclude=e a b",
        "ADD --keep-git-dir=false --checksum=a --unpack a b",
        "HEALTHCHECK --interval=1s --retries=1 CMD a",
        "HEALTHCHECK --anything none",
        "ARG --anything a",
        "STOPSIGNAL --anything a",
        "CMD a",
    ],
)
def test_taken(line: str) -> None:
    assert said(line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("CMD --x a", ["CMD has no flag --x"]),
        ("HEALTHCHECK --x", ["HEALTHCHECK has no flag --x"]),
        ("RUN --mount --network=x a", ["--mount has no value", "--network=x is unknown"]),
        ("COPY --from=a --from=b a b", ["--from is given twice"]),
        ("COPY --link=1 a b", ["--link=1 is neither true nor false"]),
        ("COPY --link= a b", ["--link= is neither true nor false"]),
        ("ADD --from=a --Chown=b a b", ["ADD has no flag --from", "ADD has no flag --Chown"]),
    ],
)
def test_refused(line: str, expected: list[str]) -> None:
    assert said(line) == expected
