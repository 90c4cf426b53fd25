import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from board.models import Notice
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def site(settings, collected):
    """A client of the application as it is served, WhiteNoise included."""
    settings.STATIC_ROOT = collected
    return Client()


@pytest.mark.django_db
def test_health(site):
    answer = site.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "notices": 0})


@pytest.mark.django_db
def test_health_fails_with_the_database(site, monkeypatch):
    def fail(_):
        raise DatabaseError

    monkeypatch.setattr("board.views.MigrationExecutor", fail)
    answer = site.get("/health")
    assert answer.status_code == 503
    assert answer.json()["database"] == "DatabaseError"


@pytest.mark.django_db(transaction=True)
def test_health_fails_with_a_migration_that_waits(site):
    call_command("migrate", "board", "zero", verbosity=0)
    try:
        answer = site.get("/health")
        assert (answer.status_code, answer.json()["migrations"]) == (503, 1)
    finally:
        call_command("migrate", "board", verbosity=0)


@pytest.mark.django_db
def test_notices_end(site):
    Notice.objects.create(title="Rope for sale", text="Ten metres.")
    Notice.objects.create(title="Regatta", ends_at=timezone.now() - timedelta(days=1))
    page = site.get("/").content.decode()
    assert "Rope for sale" in page
    assert "Regatta" not in page


@pytest.mark.django_db
def test_the_login_page_has_its_style_under_a_hashed_name(site):
    page = site.get("/admin/login/").content.decode()
    styles = re.findall(r'href="(/static/admin/css/base\.[0-9a-f]{12}\.css)"', page)
    assert styles
    answer = site.get(styles[0])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()


@pytest.mark.django_db
def test_a_notice_is_added_in_the_administration(site, django_user_model):
    site.force_login(django_user_model.objects.create_superuser("warden"))
    form = {"title": "Lost: a glove", "text": "", "pinned_at_0": "2026-05-01", "pinned_at_1": "12:00:00"}
    assert site.post("/admin/board/notice/add/", form).status_code == 302
    assert str(Notice.objects.get()) == "Lost: a glove"


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_without_a_key_nothing_starts():
    environ = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    environ["DJANGO_SETTINGS_MODULE"] = "noticeboard.settings"
    done = subprocess.run(
        [sys.executable, "-c", "import noticeboard.wsgi"],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
        env=environ,
    )
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr
