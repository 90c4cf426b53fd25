"""Which package has a program, where its name does not say so."""

from collections.abc import Collection, Mapping

from packaging.utils import canonicalize_name

__all__ = ["package_of"]

_PACKAGES: Mapping[str, tuple[str, ...]] = {
    "airflow": ("apache-airflow",),
    "ddtrace-run": ("ddtrace",),
    "django-admin": ("django",),
    "fastapi": ("fastapi-cli",),
    "huey_consumer": ("huey",),
    "huey_consumer.py": ("huey",),
    "newrelic-admin": ("newrelic",),
    "opentelemetry-instrument": ("opentelemetry-instrumentation",),
    "pserve": ("pyramid",),
    "rqscheduler": ("rq-scheduler",),
    "superset": ("apache-superset",),
    "twistd": ("twisted",),
    "uwsgi": ("uwsgi", "pyuwsgi"),
    "waitress-serve": ("waitress",),
}


def package_of(program: str, packages: Collection[str]) -> str | None:
    """Return which of the locked packages has a program, None where none is known to.

    Names are normalised; a program that is called like a package is that package's.
    """
    named = (*_PACKAGES.get(program, ()), str(canonicalize_name(program)))
    return next((name for name in named if name in packages), None)
