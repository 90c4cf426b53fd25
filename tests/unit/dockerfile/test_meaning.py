import pytest

from bareboat.dockerfile.meaning import problems
from bareboat.dockerfile.parse import parse


def said(text: str, **arguments: str) -> list[tuple[int, str]]:
    found = list(problems(parse(text.encode()).file, arguments))
    assert all(error.hint for _, error in found)
    return [(line, error.message) for line, error in found]


def body(*lines: str) -> str:
    return "\n".join(["FROM scratch", *lines])


@pytest.mark.parametrize(
    "text",
    [
        "# check=skip=A;error=true\nFROM scratch",
        "# check=experimental=all more\nFROM scratch",
        "FROM --platform=$TARGETPLATFORM python:3.13",
        "FROM scratch AS a\nFROM a\nFROM A/b",
        body("ENV A=1 B=$A", "LABEL $A=${B?}"),
        body("ARG A=1 B=${A:?no}"),
        body("ARG TARGETARCH", "ENV A=${TARGETARCH:?no}"),
        body("EXPOSE $N 80 ${N:-81}"),
        body("USER ${U:-1}", "WORKDIR $N", "VOLUME /a", "STOPSIGNAL ${S:-9}"),
        body("RUN --mount=type=secret,id=a --mount=type=ssh --mount=type=cache,target=x a"),
        body("WORKDIR /a", "RUN --mount=type=bind a"),
        "FROM python\nRUN --mount=type=bind a\nENV A=${PYTHON_VERSION:?}",
        body("COPY --chmod=$N --chown=$N a b", "ADD https://x/y z", "ADD https://x/y.git z"),
        body(
            "ADD --checksum=$N a b", "ADD --checksum=x https://x/y.git z", "ADD --checksum=x github.com/x/y z"
        ),
        body("COPY <<A <<'B' /\n$N \"\nA\n${\nB"),
        "FROM scratch AS a\nFROM scratch\nCOPY --from=A a b\nCOPY --from=+0 a b\nCOPY --from=x:1 a b",
        body("COPY --from=scratch a b", "COPY --from=1 a b"),
        body("RUN --mount=type=tmpfs,target=/x --mount=from=x,target=/y a", "COPY --from=2 a b"),
        "FROM scratch AS a\nONBUILD FOO\nFROM scratch",
        "FROM scratch AS a\nONBUILD FOO\nFROM a\nFROM scratch",
    ],
)
def test_good(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("# check=a\nFROM scratch", 0, "'a' is no option of # check="),
        ("# check=error=x\nFROM scratch", 0, "'error=x' is no option"),
        ("FROM $N", 1, "FROM $N names nothing"),
        ("FROM a:b:c", 1, "is no image reference"),
        ("FROM ${", 1, "is not closed"),
        ("ARG A=${\nFROM scratch", 1, "is not closed"),
        ("FROM --platform=a scratch", 1, "is no known system"),
        ("FROM --platform=$N scratch", 1, "'' is no platform"),
        (body("ENV A=${"), 2, "is not closed"),
        (body("LABEL A='"), 2, "single quote"),
        (body("ARG A=${B:?x}"), 2, "B is unset: x"),
        (body("EXPOSE ${"), 2, "is not closed"),
        (body("EXPOSE 1 x"), 2, "'x' is no port"),
        (body("VOLUME $N"), 2, "empty path"),
        (body("VOLUME ${"), 2, "is not closed"),
        (body("STOPSIGNAL x"), 2, "is no signal"),
        (body("USER ${"), 2, "is not closed"),
        (body("WORKDIR ${"), 2, "is not closed"),
        (body("RUN --mount=type=x a"), 2, "--mount=type=x: type=x is unknown"),
        (body("RUN --mount=type=cache a"), 2, "has the root as its target"),
        (body("RUN --mount=target=/ a"), 2, "has the root as its target"),
        (body("COPY ${ a"), 2, "is not closed"),
        (body("COPY --chmod=9 a b"), 2, "'9' is no mode"),
        (body("COPY --chown=${ a b"), 2, "is not closed"),
        (body("COPY <<A b\n${\nA"), 2, "begins no variable"),
        (body("COPY https://x/y b"), 2, "COPY cannot fetch"),
        (body("ADD --checksum=x a b"), 2, "goes with a URL"),
        (body("ADD --checksum=x https://a https://b c"), 2, "one source alone"),
        (body("ADD --checksum=x https://a c"), 2, "'x' is no digest"),
        (body("COPY --from=0 a b"), 2, "'0' is no earlier stage"),
        (body("COPY --from=1 a b"), 2, "there is no stage 1"),
        (body("COPY --from=-1 a b"), 2, "there is no stage -1"),
        (body("COPY --from=$A a b"), 2, "holds a variable"),
        (body("COPY --from=${ a b"), 2, "holds a variable"),
        (body("COPY --from=A a b"), 2, "is no image reference"),
        ("FROM scratch AS a\nCOPY --from=b a b\nFROM scratch AS b", 2, "'b' is no earlier stage"),
        ("FROM scratch AS a\nRUN --mount=from=a,target=/x b", 2, "'a' is no earlier stage"),
        ("FROM scratch AS a\nONBUILD FOO\nFROM a", 3, "FOO is no instruction"),
        ("FROM scratch AS a\nONBUILD EXPOSE x\nFROM a", 3, "'x' is no port"),
    ],
)
def test_refused(text: str, line: int, message: str) -> None:
    ((found, why),) = said(text)
    assert found == line
    assert message in why


def test_a_bad_checksum_is_told_once() -> None:
    assert len(said(body("ADD --checksum=${ https://a c"))) == 1


def test_by_line() -> None:
    assert [line for line, _ in said("FROM A\nEXPOSE x\nCOPY --from=9 a b\nFROM B")] == [1, 2, 3, 4]


def test_what_the_build_is_given_is_not_expanded() -> None:
    assert said(body("ARG A=${"), A="1") == []
