"""A Django application in one file, for WSGI and for ASGI."""

import os

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

from bareboat_health import Health
from bareboat_health import django as django_health

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="tests",  # noqa: S106  it signs nothing
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        "main": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "shop",
            "USER": "shop",
            "HOST": "127.0.0.1",
            "PORT": os.environ.get("HEALTH_PORT", "1"),
        },
    },
)
django.setup()

asked = [django_health.database(name="sqlite")]
if "HEALTH_PORT" in os.environ:
    asked.append(django_health.database("main", name="postgres"))
health = Health(*asked, timeout=float(os.environ.get("HEALTH_LIMIT", "1")), ttl=0.2)

urlpatterns = [
    path("readyz", django_health.ready(health)),
    path("async-readyz", django_health.async_ready(health)),
    path("livez", django_health.live),
    path("", lambda request: HttpResponse(b"hello")),
]
wsgi = get_wsgi_application()
asgi = get_asgi_application()
