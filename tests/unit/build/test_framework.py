"""What Django takes: a settings module in the image, a warning where nothing names one."""

from pathlib import Path

import folders
from bareboat.build import framework
from bareboat.plan.settings import Settings, from_table

DJANGO = {"django": "6.0", "gunicorn": "23"}
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
BASE = {"manage.py": "", "shop/__init__.py": "", "shop/wsgi.py": WSGI}


def test_another_framework_takes_nothing(tmp_path: Path) -> None:
    project = folders.project(tmp_path, BASE)
    assert framework.read(project, Settings(), {"flask": "3"}) == framework.Framework()


def test_the_settings_module_is_in_the_image(tmp_path: Path) -> None:
    project = folders.project(tmp_path, {**BASE, "shop/settings.py": "INSTALLED_APPS = []\n"})
    found = framework.read(project, Settings(), DJANGO)
    assert found.env == (("DJANGO_SETTINGS_MODULE", "shop.settings"),)
    assert found.django is not None
    assert found.django.where == ""


def test_a_module_that_nothing_names_is_a_warning_with_the_line_to_write(tmp_path: Path) -> None:
    more = {f"shop/{name}.py": "INSTALLED_APPS = []\n" for name in ("one", "two")}
    project = folders.project(tmp_path, {**BASE, **more})
    (finding,) = framework.read(project, Settings(), DJANGO).findings
    assert (finding.code, finding.where) == (framework.NO_SETTINGS, "shop/wsgi.py")
    assert finding.hint.endswith("; settings here: shop.one, shop.two")
    given = from_table({"env": {"DJANGO_SETTINGS_MODULE": "shop.two"}}, where="t")
    assert framework.read(project, given, DJANGO).env == (("DJANGO_SETTINGS_MODULE", "shop.two"),)
