from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.scope import Scope, scopes
from bareboat.dockerfile.stages import read
from bareboat.dockerfile.syntax import Heredoc, Instruction


def seen(text: str, **arguments: str) -> list[tuple[str, dict[str, str]]]:
    stages = read(parse(text.encode()).file, arguments=arguments)
    found = []
    for step in scopes(stages, arguments=arguments):
        known = {name: value for name, value in step.scope.variables.items() if name != "PATH"}
        found.append((step.item.keyword, known))
    return found


def last(text: str, **arguments: str) -> dict[str, str]:
    return seen(text + "\nRUN x", **arguments)[-1][1]


def test_arguments_above_are_seen_where_they_are_named() -> None:
    assert last("ARG A=1\nFROM a") == {}
    assert last("ARG A=1\nFROM a\nARG A") == {"A": "1"}
    assert last("ARG A=1\nFROM a\nARG A=2") == {"A": "2"}
    assert last("ARG A=1\nFROM a\nARG A=2", A="3") == {"A": "3"}
    assert last("FROM a\nARG B") == {}
    assert last("FROM a\nARG TARGETARCH") == {"TARGETARCH": "amd64"}
    assert last("FROM a\nARG BUILDKIT_SBOM_SCAN_STAGE=1") == {}


def test_one_env_sees_what_was_before_it() -> None:
    assert last("FROM a\nENV A=1 B=$A\nENV C=$A$B") == {"A": "1", "B": "", "C": "1"}
    assert last("FROM a\nARG A=1 B=$A") == {"A": "1", "B": "1"}
    assert last("FROM a\nENV A b c\nENV $A=x") == {"A": "b c", "b c": "x"}


def test_stages_inherit() -> None:
    text = "FROM a AS x\nENV A=1\nARG B=2\nFROM x AS y\nENV A=3\nFROM x\nFROM y"
    assert last(text) == {"A": "3", "B": "2"}
    assert last(text.removesuffix("\nFROM y")) == {"A": "1", "B": "2"}
    assert last("FROM a AS x\nENV A=1\nFROM b") == {}


def test_what_cannot_be_replaced_changes_nothing() -> None:
    assert last("FROM a\nENV A=1\nENV A=${") == {"A": "1"}


def test_a_stage_has_a_bound() -> None:
    lines = "\n".join(f"ENV A{n}=1" for n in range(1200))
    assert len(last(f"FROM a\n{lines}")) >= 1000


def workdir(*lines: str) -> str | None:
    steps = list(scopes(read(parse("\n".join(lines).encode()).file)))
    return steps[-1].scope.workdir


def test_the_working_directory() -> None:
    assert workdir("FROM scratch", "WORKDIR a", "WORKDIR ../b/./c") == "/b/c"
    assert workdir("FROM python", "WORKDIR a") is None
    assert workdir("FROM python", "WORKDIR /a", "WORKDIR b") == "/a/b"
    assert workdir("FROM scratch AS a", "WORKDIR /a", "FROM a", "WORKDIR $N", "USER a") == "/a"


def test_triggers_are_marked() -> None:
    file = parse(b"FROM a AS x\nONBUILD ENV A=1\nFROM x\nRUN y").file
    assert [(step.stage.index, step.item.keyword, step.is_trigger) for step in scopes(read(file))] == [
        (0, "ONBUILD", False),
        (1, "ENV", True),
        (1, "RUN", False),
    ]


def test_bodies() -> None:
    scope = Scope({"A": "1"}, {}, {}, "\\", is_open=True, workdir=None)
    assert scope.body(Heredoc("E", "$A '$A' ${B:?}\n")) == "1 '1' \n"
    assert scope.body(Heredoc("E", "$A\n", expand=False)) == "$A\n"
    assert scope.expand("${B:?}").text == ""
    scope.take(Instruction("WORKDIR"))
    assert scope.workdir is None


def test_values_have_a_budget_for_the_whole_file() -> None:
    from bareboat.dockerfile.check import check

    lines = "\n".join(["ENV A=" + "x" * 1000, *["ENV A=$A$A"] * 3000])
    errors = check(parse(f"FROM scratch\n{lines}".encode()).file)
    assert "grows past" in errors[0].message
    assert "too much text" in errors[-1].message
    assert errors[-1].hint
