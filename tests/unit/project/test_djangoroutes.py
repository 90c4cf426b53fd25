from pathlib import Path

import pytest

from bareboat.project import djangoroutes, files, modules
from bareboat.project.health import Health
from bareboat.project.shapes import Shapes
from folders import ENVIRON, make

SETTINGS = 'ROOT_URLCONF = "site.urls"\nINSTALLED_APPS = []\nALLOWED_HOSTS = ["*"]\n'
URLS = "from django.urls import include, path, re_path\nfrom . import views\nfrom .views import health\n"
VIEWS = """\
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views import View
from rest_framework.views import APIView
def health(request): ...
@login_required
def closed(request): ...
@require_POST
def posts(request): ...
@require_GET
def gets(request): ...
@api_view(["GET"])
def rest(request): ...
@api_view(["GET"])
@permission_classes([AllowAny])
def free(request): ...
class Page(View):
    def get(self, request): ...
class Own(LoginRequiredMixin, View):
    def get(self, request): ...
class Rest(APIView):
    def get(self, request): ...
class Free(APIView):
    permission_classes = []
    def get(self, request): ...
"""


def found(folder: Path, urls: str, settings: str = SETTINGS, **more: str) -> list[Health]:
    texts = {
        "manage.py": "",
        "site/__init__.py": "",
        "site/settings.py": settings,
        "site/urls.py": URLS + urls,
        "site/views.py": VIEWS,
    }
    texts.update({f"{name.replace('__', '/')}.py": text for name, text in more.items()})
    held = modules.read(files.read(make(folder, texts), environ=ENVIRON))
    return list(djangoroutes.healths(held, Shapes(held)))


def paths(folder: Path, urls: str, settings: str = SETTINGS, **more: str) -> list[str]:
    return [one.path for one in found(folder, urls, settings, **more)]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("path('health/', health)", ["/health/"]),
        ("path('health', views.health)", ["/health"]),
        ("path('health/<int:x>', health)", []),
        ("path('health/', lambda request: None)", ["/health/"]),
        ("path('health/', csrf_exempt(health))", ["/health/"]),
        ("path('health/', login_required(health))", []),
        ("path('health/', views.closed)", []),
        ("path('health/', views.posts)", []),
        ("path('health/', views.gets)", ["/health/"]),
        ("path('health/', views.rest)", ["/health/"]),
        ("path('health/', views.Page.as_view())", ["/health/"]),
        ("path('health/', views.Own.as_view())", []),
        ("path('health/', views.Rest.as_view())", ["/health/"]),
        ("path('health/', unknown.view)", []),
        ("re_path(r'^health/?$', health)", ["/health/"]),
        (r"re_path(r'^health\.json$', health)", ["/health.json"]),
        ("re_path(r'^health/$', health)", ["/health/"]),
        ("re_path(r'^health', health)", []),
        ("re_path(r'^(a|b)/health$', health)", []),
        ("path('ht/', include('health_check.urls'))", ["/ht/"]),
        ("path('api', include('site.api'))", ["/apihealth/"]),
        ("path('api/', include(('site.api', 'api')))", ["/api/health/"]),
        ("path('api/', include([path('up', health)]))", ["/api/up"]),
        ("path('<tenant>/', include('site.api'))", []),
        ("re_path(r'^api/', include('site.api'))", ["/api/health/"]),
        ("path('x/', include('elsewhere.urls'))", []),
        ("path('x/', include(router.urls))", []),
    ],
)
def test_patterns(tmp_path: Path, item: str, expected: list[str]) -> None:
    api = "from django.urls import path\nfrom .views import health\nurlpatterns = [path('health/', health)]\n"
    assert paths(tmp_path, f"urlpatterns = [{item}]\n", site__api=api) == expected


def test_patterns_are_put_together(tmp_path: Path) -> None:
    urls = (
        "more = [path('ping', health)]\nurlpatterns = [path('health', health)] + more\n"
        "urlpatterns += [path('up', health)]\n"
    )
    assert paths(tmp_path, urls) == ["/health", "/ping", "/up"]


def test_views_of_the_rest_framework_may_ask_for_a_login_by_default(tmp_path: Path) -> None:
    settings = f"{SETTINGS}REST_FRAMEWORK = {{'DEFAULT_PERMISSION_CLASSES': ['rest.IsAuthenticated']}}\n"
    urls = (
        "urlpatterns = [path('a', views.rest), path('b', views.free), path('c', views.Rest.as_view()), "
        "path('d', views.Free.as_view()), path('e', health)]\n"
    )
    assert paths(tmp_path, urls, settings) == ["/b", "/d", "/e"]


@pytest.mark.parametrize(
    ("settings", "doubt"),
    [
        (SETTINGS, ""),
        (SETTINGS.replace('"*"', '"localhost", "a.test"'), ""),
        (SETTINGS.replace('["*"]', "[]"), "ALLOWED_HOSTS of site/settings.py:3"),
        (SETTINGS.replace('["*"]', "env.list('HOSTS')"), "ALLOWED_HOSTS of"),
        (SETTINGS.replace('ALLOWED_HOSTS = ["*"]', ""), "nothing says"),
        (f"{SETTINGS}SECURE_SSL_REDIRECT = not DEBUG\n", "SECURE_SSL_REDIRECT of"),
        (f"{SETTINGS}SECURE_SSL_REDIRECT = False\n", ""),
    ],
)
def test_settings_may_refuse_a_probe(tmp_path: Path, settings: str, doubt: str) -> None:
    (one,) = found(tmp_path, "urlpatterns = [path('health/', health)]\n", settings)
    assert one.doubt.startswith(doubt) if doubt else not one.doubt
    assert (one.framework, one.owner) == ("django", "")


def test_settings_for_development_say_nothing_of_production(tmp_path: Path) -> None:
    urls = "urlpatterns = [path('health/', health)]\n"
    (one,) = found(tmp_path, urls, site__settings_dev="from .settings import *\nALLOWED_HOSTS = []\n")
    assert not one.doubt


@pytest.mark.parametrize("settings", ["", "ROOT_URLCONF = name\n", 'ROOT_URLCONF = "not.there"\n'])
def test_without_a_plain_root_nothing_is_said(tmp_path: Path, settings: str) -> None:
    assert paths(tmp_path, "urlpatterns = [path('health/', health)]\n", settings) == []


def test_the_root_of_settings_for_development_does_not_count(tmp_path: Path) -> None:
    more = 'from .settings import *\nROOT_URLCONF = "site.settings_debug_urls"\n'
    assert paths(tmp_path, "urlpatterns = [path('up', health)]\n", site__settings_debug=more) == ["/up"]


def test_two_roots_say_nothing(tmp_path: Path) -> None:
    more = 'ROOT_URLCONF = "other.urls"\n'
    assert paths(tmp_path, "urlpatterns = [path('health/', health)]\n", other__settings=more) == []
