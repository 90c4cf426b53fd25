"""The final stage: user, environment, health, labels, command."""

from msgspec.structs import replace

from bareboat.dockerfile.expand import expand
from bareboat.dockerfile.make import file
from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.render import render
from bareboat.forms.final import Installed, account, closing, environment, stage
from bareboat.project.environment import Variable
from blueprints import DJANGO, FLASK, PACKAGE, SOURCE, options

BASE = options().base


def text(*items: object) -> str:
    return render(file(*items))  # type: ignore[arg-type]


def test_without_a_shell_nothing_runs() -> None:
    assert account(options("distroless").base) == ()
    said = text(*stage(FLASK, options("distroless"), Installed("builder")))
    assert "RUN" not in said
    assert "ENTRYPOINT []\nCMD [" in said


def test_the_account_is_a_number() -> None:
    assert "useradd --uid 65532" in text(*account(BASE))
    assert "adduser -u 65532" in text(*account(options("alpine").base))
    assert "chmod a-s" in text(*account(BASE))


def test_a_fixed_command_is_the_entrypoint() -> None:
    said = text(*closing(PACKAGE, Installed("x"), BASE))
    assert said.endswith('ENTRYPOINT ["/opt/venv/bin/tides", "serve"]\n')
    assert "s.sendall" not in said, "tcp: the port alone is probed"


def test_no_port_no_health() -> None:
    said = text(*closing(replace(FLASK, start=replace(FLASK.start, port=None)), Installed("x"), BASE))
    assert "HEALTHCHECK" not in said
    assert "EXPOSE" not in said
    silent = replace(FLASK, start=replace(FLASK.start, health="none"))
    assert "HEALTHCHECK" not in text(*closing(silent, Installed("x"), BASE))


def test_programs_are_where_the_form_put_them() -> None:
    said = text(*closing(FLASK, Installed("x", bin="/usr/local/bin"), BASE))
    assert 'CMD ["/usr/local/bin/gunicorn"' in said
    assert 'CMD ["/usr/local/bin/python", "-I", "-S"' in said


def test_only_what_is_written_to_belongs_to_the_user() -> None:
    said = text(*stage(SOURCE, options(), Installed("build"), waits_for=("test",)))
    assert said.count("--chown") == 1
    assert "COPY --from=app --chown=65532:65532 /writable/app/media /app/media" in said
    assert "COPY --from=test /passed/ /" in said
    assert Installed("a").running == "a"
    assert Installed("a", ready="b").running == "b"


def test_environment() -> None:
    said = text(environment(DJANGO, Installed("x")))
    assert "DJANGO_SETTINGS_MODULE=board.settings" in said
    assert 'GREETING="two words and \\$5"' in said
    assert "VIRTUAL_ENV" not in text(environment(FLASK, Installed("x", bin="/usr/local/bin")))


def test_static_files() -> None:
    assert "COPY --from=static /app/staticfiles" in text(*stage(DJANGO, options(), Installed("x")))
    unknown = replace(DJANGO, django=replace(DJANGO.django, static=""))  # type: ignore[type-var]
    assert "COPY --from=static /app /app" in text(*stage(unknown, options(), Installed("x")))


def test_steps_before_the_start_run_in_the_launcher_and_further_commands_are_a_label() -> None:
    start = replace(
        FLASK.start,
        before=(("alembic", "upgrade", "head"),),
        commands=(("job", ("/opt/venv/bin/job", "$A")),),
    )
    said = text(*closing(replace(FLASK, start=start), Installed("x", bin="/srv/.venv/bin"), BASE))
    assert 'CMD ["/srv/.venv/bin/python", "-I", "-S", "-c", "import os, signal, sys' in said
    assert '"1", "alembic", "upgrade", "head", ";", "/srv/.venv/bin/gunicorn"' in said
    labels = next(item for item in parse(said.encode()).file.instructions() if item.keyword == "LABEL")
    value = expand(dict(labels.pairs)["bareboat.commands"] or "", {}).text
    assert value == '{"job":["/srv/.venv/bin/job","$A"]}'


def test_variables_of_the_start_are_there_unless_set() -> None:
    start = replace(FLASK.start, env=(("HOST", "any"), ("A", "$x")))
    said = text(environment(replace(FLASK, start=start, env=(("A", "own"),)), Installed("x")))
    assert "HOST=any" in said
    assert "A=own" in said


def test_of_many_variables_those_that_must_be_set_are_shown() -> None:
    many = tuple(Variable(f"OPTION_{number:03}", False, None, "a.py:1") for number in range(30))
    needed = tuple(Variable(f"TOKEN_{number}", True, None, "a.py:2") for number in range(3))
    said = text(*closing(replace(FLASK, variables=(*many, *needed)), Installed("x"), BASE))
    assert said.count("must be set") == 3
    assert said.count(": may be set") == 17
    assert "and 13 more that may be set" in said
    few = text(*closing(replace(FLASK, variables=(*many[:17], *needed)), Installed("x"), BASE))
    assert " more that" not in few
