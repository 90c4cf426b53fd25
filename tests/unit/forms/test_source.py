"""The project's files in a stage."""

from msgspec.structs import replace

from bareboat.forms import source
from blueprints import DJANGO, FLASK, PACKAGE, SOURCE, options


def words(items: object) -> list[tuple[str, ...]]:
    return [item.arguments for item in items]  # type: ignore[attr-defined]


def test_folders_are_copied_one_by_one() -> None:
    assert words(source.copies(FLASK, ("a/", "b.py", "c.py"))) == [("b.py", "c.py", "./"), ("a", "./a/")]
    inside = replace(FLASK, context="services/api")
    assert words(source.copies(inside, ("a/",))) == [("services/api/a", "./a/")]


def test_strange_names_take_the_whole_context() -> None:
    assert words(source.copies(FLASK, ("a[1].py",))) == [(".", "./")]
    assert words(source.copies(FLASK, tuple(f"f{n}/" for n in range(20)))) == [(".", "./")]


def test_no_stage_for_a_package() -> None:
    assert source.application(PACKAGE, options().base) == ()


def test_writable_folders_are_made() -> None:
    assert "mkdir -p /writable/app/media" in str(source.application(SOURCE, options().base)[-1])


def test_secrets_are_made_up_for_one_command() -> None:
    assert DJANGO.django is not None
    command = source.collectstatic(DJANGO.django, bin="/opt/venv/bin")
    assert "secrets.token_hex" in command
    assert 'DATABASE_URL="sqlite:' in command
    assert command.endswith("/opt/venv/bin/python manage.py collectstatic --noinput")
    more = replace(DJANGO.django, variables=("API_URL", "SITE", "HASH_SALT"), settings="")
    assert 'API_URL="http://localhost" SITE="localhost" HASH_SALT="$(' in source.collectstatic(more, bin="/b")
    assert source.statics(FLASK, stage="x", bin="/b") == ()
