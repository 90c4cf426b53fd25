"""Made-up values: which variables an error asks for, what they get, what comes next."""

import base64

import pytest

from bareboat.build.madeup import Failed, amended, is_secret, values

SECRET = values("SECRET_KEY")[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////tmp/bareboat.sqlite3"),
        ("REDIS_URL", "redis://redis-url.localhost:6379/0"),
        ("CELERY_BROKER_URL", "redis://celery-broker-url.localhost:6379/0"),
        ("SENTRY_DSN", ""),
        ("SITE_URL", "http://site-url.localhost"),
        ("DB_PORT", "8000"),
        ("USE_S3", "0"),
        ("DEBUG", "0"),
        ("CACHE_TIMEOUT", "1"),
        ("AWS_STORAGE_BUCKET_NAME", "aws-storage-bucket-name.localhost"),
        ("MEDIA_PATH", "/tmp"),
        ("_", "none.localhost"),
    ],
)
def test_the_likeliest_value(name: str, value: str) -> None:
    assert values(name)[0] == value
    assert len(set(values(name))) == len(values(name)) > 4


def test_a_secret_is_the_same_everywhere_and_long() -> None:
    assert len(base64.urlsafe_b64decode(SECRET)) == 32
    assert values("OTHER_SECRET")[0] != SECRET == values("SECRET_KEY")[0]
    assert is_secret("API_TOKEN")
    assert not is_secret("HOST")


@pytest.mark.parametrize(
    ("failed", "known", "added"),
    [
        (Failed("KeyError: 'A_NAME'", ("HOME", "A_NAME")), (), ["A_NAME"]),
        (Failed("ImproperlyConfigured: Set the APP_HOST environment variable"), ("APP_HOST",), ["APP_HOST"]),
        (Failed("ValidationError: host Field required HOST"), ("SHOP_HOST",), ["SHOP_HOST"]),
        (
            Failed("The SECRET_KEY setting must not be empty.", ("TZ", "DJANGO_SECRET")),
            (),
            ["DJANGO_SECRET"],
        ),
    ],
)
def test_what_an_error_asks_for_is_added(failed: Failed, known: tuple[str, ...], added: list[str]) -> None:
    assert amended({"X": "1"}, failed, known) == {"X": "1", **{name: values(name)[0] for name in added}}


def test_a_value_that_an_error_is_about_is_replaced() -> None:
    given = {"HOPS": "hops.localhost", "OTHER": "other.localhost"}
    shown = amended(given, Failed("ValueError: invalid literal for int(): 'hops.localhost'"), ())
    assert shown == {**given, "HOPS": "1"}
    unseen = amended(given, Failed("JSONDecodeError: Expecting value", touched=("OTHER",)), ())
    assert unseen == {**given, "OTHER": "1"}


def test_there_is_an_end() -> None:
    assert amended({}, Failed("OSError: no"), ()) is None
    given: dict[str, str] | None = {"HOPS": values("HOPS")[0]}
    steps = 0
    while given is not None:
        given = amended(given, Failed("no", touched=("HOPS",)), ())
        steps += 1
    assert steps == len(values("HOPS"))
