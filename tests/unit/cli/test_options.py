"""Options become a Context and a table of settings."""

import os
import platform
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bareboat.cli import options
from bareboat.errors import InputError
from bareboat.jobs.context import Context


def parsed(*arguments: str, env: dict[str, str] | None = None) -> tuple[dict[str, object], Context]:
    """Return what a command with every shared option gives its job."""
    folders: list[Path] = []
    found: list[tuple[dict[str, object], Context]] = []

    @click.command()
    @click.argument("folder", type=options.PROJECT, default=".")
    @options.project_options
    @options.reading_options
    @options.working_options
    def command(folder: Path, **given: object) -> None:
        folders.append(folder)
        table = options.settings(given)
        with options.context(given) as context:
            found.append((table, context))

    result = CliRunner().invoke(command, list(arguments), env=env, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert folders[0].is_dir()
    return found[0]


def test_nothing_said_is_an_empty_table() -> None:
    table, context = parsed()
    assert table == {}
    assert context.workers == len(os.sched_getaffinity(0))
    assert (context.offline, context.created, context.keys) == (False, 0, None)
    assert platform.machine() in {context.arch.machine, context.arch.value}


def test_every_flag_is_a_setting() -> None:
    table, _ = parsed(
        *("-t", "shop:1", "--app", "a:b", "--port", "80", "--health", "none", "--python", "3.13"),
        *("--suite", "trixie", "--env", "A=1", "--env", "B=x=y", "--label", "team=", "--extra", "e"),
        *("--group", "g", "--include", "i", "--exclude", "x", "--compression", "zstd", "--allow-expired"),
    )
    assert table == {
        "name": "shop:1",
        "app": "a:b",
        "port": 80,
        "health": "none",
        "python": "3.13",
        "suite": "trixie",
        "env": {"A": "1", "B": "x=y"},
        "labels": {"team": ""},
        "extras": ("e",),
        "groups": ("g",),
        "include": ("i",),
        "exclude": ("x",),
        "compression": "zstd",
        "allow-expired": True,
    }


def test_every_flag_is_read_by_the_settings() -> None:
    from bareboat.plan.settings import from_table

    table, _ = parsed("--env", "A=1", "--extra", "e", "--allow-expired", "--label", "a=b")
    assert from_table(table, where="flags").extras == ("e",)


def test_the_cache_is_the_flag_then_the_variable_then_the_users(tmp_path: Path) -> None:
    env = {"BAREBOAT_CACHE_DIR": str(tmp_path / "b")}
    assert parsed("--cache-dir", str(tmp_path / "a"), env=env)[1].store == tmp_path / "a"
    assert parsed(env=env)[1].store == tmp_path / "b"
    assert parsed(env={"XDG_CACHE_HOME": str(tmp_path), "BAREBOAT_CACHE_DIR": ""})[1].store.name == "bareboat"


def test_relative_caches_are_made_absolute() -> None:
    assert parsed("--cache-dir", "here")[1].store == Path.cwd() / "here"
    assert parsed(env={"BAREBOAT_CACHE_DIR": "there"})[1].store == Path.cwd() / "there"


def test_work_is_as_it_was_asked_for() -> None:
    _, context = parsed("-j", "3", "--offline", env={"SOURCE_DATE_EPOCH": "1700000000"})
    assert (context.workers, context.offline, context.created) == (3, True, 1_700_000_000)


@pytest.mark.parametrize("value", ["now", "-1", "1.5", "²", "9" * 20])
def test_a_bad_epoch_is_refused(value: str) -> None:
    with pytest.raises(InputError, match="seconds since 1970") as caught:
        parsed(env={"SOURCE_DATE_EPOCH": value})
    assert caught.value.where == "SOURCE_DATE_EPOCH"


@pytest.mark.parametrize("text", ["A", "=1", ""])
def test_a_pair_needs_a_key_and_a_sign(text: str) -> None:
    with pytest.raises(InputError, match="KEY=VALUE is wanted"):
        options.pairs((text,), "--env")


def test_the_last_of_equal_keys_wins() -> None:
    assert options.pairs(("A=1", "A=2"), "--env") == {"A": "2"}


def test_a_script_stands_for_its_folder(tmp_path: Path) -> None:
    (tmp_path / "sizes.py").write_text("")
    table, _ = parsed(str(tmp_path / "sizes.py"))
    assert table == {"script": "sizes.py"}
    assert parsed(str(tmp_path))[0] == {}
