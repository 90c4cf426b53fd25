"""Settings: three sources, one order, every problem named at once."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareboat.errors import InputError
from bareboat.plan.settings import Settings, from_environment, from_table, merge, schema

WHERE = "pyproject.toml [tool.bareboat]"


def test_a_table_is_read() -> None:
    found = from_table(
        {
            "app": "shop:app",
            "port": 8080,
            "health": "/healthz",
            "env": {"A": "1"},
            "command": ["python", "-m", "shop"],
            "packages": ["libpq5"],
            "security-mirror": "https://example.org/debian-security",
            "allow-expired": True,
        },
        where=WHERE,
    )
    assert (found.app, found.port, found.health, found.env) == ("shop:app", 8080, "/healthz", {"A": "1"})
    assert found.command == ("python", "-m", "shop")
    assert (found.security_mirror, found.allow_expired) == ("https://example.org/debian-security", True)
    assert found.python is None


def test_a_server_to_add_is_yes_no_or_a_requirement() -> None:
    for text, value in (("1", True), ("No", False), ("gunicorn==23", "gunicorn==23")):
        assert from_environment({"BAREBOAT_ADD_SERVER": text}).add_server == value
    assert from_table({"add-server": True}, where=WHERE).add_server is True


def test_an_underscore_in_a_key_is_as_good_as_a_hyphen() -> None:
    found = from_table({"before_start": [["alembic", "upgrade", "head"]], "allow_expired": True}, where=WHERE)
    assert (found.before_start, found.allow_expired) == ((("alembic", "upgrade", "head"),), True)


def test_an_unknown_key_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        from_table({"prot": 80, "zzz": 1, "comand": []}, where=WHERE)
    assert str(caught.value) == (
        f"{WHERE}: unknown key 'prot', did you mean 'port'?; unknown key 'zzz'; "
        "unknown key 'comand', did you mean 'command'?"
    )
    assert "app" in caught.value.hint


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        from_table({"port": "80", "env": {"A": 1}, "pyhton": "3.13"}, where=WHERE)
    said = str(caught.value)
    assert "did you mean 'python'" in said
    assert "port: expected" in said
    assert "env: expected" in said


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"port": 0}, "port 0 is not between 1 and 65535"),
        ({"port": 70000}, "port 70000 is not between"),
        ({"layers": 3}, "layers 3 is not between 8 and 120"),
        ({"compression": "lz4"}, "compression 'lz4' is neither"),
        ({"command": []}, "command is empty"),
        ({"commands": {"worker": []}}, "commands.worker is empty"),
        ({"commands": {"a b": ["x"]}}, "commands has a name that is none: 'a b'"),
        ({"before-start": [["x", ";", "y"]]}, "before-start has a step that is no command"),
        ({"before-start": [[]]}, "before-start has a step that is no command"),
        ({"before-start": [["x\0"]]}, "before-start has a word with a zero byte"),
        ({"before_start": [["x"]], "before-start": []}, "'before-start' is written twice"),
        ({"before-start": ["alembic"]}, "before-start: expected `array`, got `str`"),
        ({"command": [""]}, "command is empty"),
        ({"health": "health"}, "health 'health' is neither a path"),
        ({"health": "/a b"}, "health '/a b' is neither a path"),
        ({"health": "/a\r\nX: y"}, "is neither a path"),
        ({"env": {"A=B": "1"}}, "a variable that no process can have: 'A=B'"),
        ({"env": {"A": "\0"}}, "a variable that no process can have: 'A'"),
        ({"env": {"": "1"}}, "a variable that no process can have: ''"),
    ],
)
def test_what_cannot_be_is_refused(table: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        from_table(table, where=WHERE)
    assert said in str(caught.value)
    assert caught.value.where == WHERE


@pytest.mark.parametrize("health", ["/", "/health", "/healthz?full=1", "tcp", "none"])
def test_healths_that_are(health: str) -> None:
    assert from_table({"health": health}, where=WHERE).health == health


def test_the_environment_is_read_and_empty_means_unset() -> None:
    found = from_environment(
        {
            "BAREBOAT_PORT": "9000",
            "BAREBOAT_LAYERS": "20",
            "BAREBOAT_APP": "",
            "BAREBOAT_ALLOW_EXPIRED": "Yes",
            "BAREBOAT_DEBIAN_MIRROR": "https://example.org/debian",
            "BAREBOAT_CACHE_DIR": "/cache",
            "PORT": "1",
        }
    )
    assert found == Settings(port=9000, layers=20, allow_expired=True, mirror="https://example.org/debian")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BAREBOAT_PORT", "http", "a whole number is wanted, seen 'http'"),
        ("BAREBOAT_PORT", "²", "a whole number is wanted, seen '²'"),
        ("BAREBOAT_LAYERS", "-1", "a whole number is wanted"),
        ("BAREBOAT_PORT", "99999", "port 99999 is not between"),
        ("BAREBOAT_ALLOW_EXPIRED", "maybe", "1 or 0 is wanted, seen 'maybe'"),
        ("BAREBOAT_PYHTON", "3.13", "unknown variable BAREBOAT_PYHTON, did you mean BAREBOAT_PYTHON?"),
    ],
)
def test_a_bad_variable_is_refused_by_name(name: str, value: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        from_environment({name: value})
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["BAREBOAT_TEST_KILL_AT", "BAREBOAT_DEBIAN_SNAPSHOT", "BAREBOAT_ROLE"])
def test_a_variable_of_somebody_else_is_let_be(name: str) -> None:
    assert from_environment({name: "x"}) == Settings()


def test_later_settings_win_and_tables_are_joined() -> None:
    table = Settings(app="a:b", port=1, env={"A": "1", "B": "1"}, groups=("x",))
    variables = Settings(port=2)
    flags = Settings(port=3, env={"B": "2"}, groups=("y",))
    assert merge(table, variables, flags) == Settings(
        app="a:b", port=3, env={"A": "1", "B": "2"}, groups=("y",)
    )


SOME = st.builds(
    Settings,
    app=st.none() | st.text(max_size=3),
    port=st.none() | st.integers(1, 9),
    env=st.none() | st.dictionaries(st.sampled_from("AB"), st.text(max_size=2), min_size=1),
)


@given(SOME, SOME, SOME)
def test_merging_is_associative_with_a_neutral_element(one: Settings, two: Settings, three: Settings) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three)) == merge(one, two, three)
    assert merge(one, Settings()) == merge(Settings(), one) == one


def test_the_schema_takes_what_the_reader_takes() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate({"port": 8000, "allow-expired": True, "command": ["a"]}, schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"prot": 8000}, schema())


def test_variables_of_the_build_are_checked_like_those_of_the_image() -> None:
    held = from_table({"build": {"env": {"CDN_HOST": "x"}, "collectstatic": False}}, where="t")
    assert held.build is not None
    assert (held.build.env, held.build.collectstatic) == ({"CDN_HOST": "x"}, False)
    with pytest.raises(InputError, match="no process can have: 'A=B'"):
        from_table({"build": {"env": {"A=B": "x"}}}, where="t")
