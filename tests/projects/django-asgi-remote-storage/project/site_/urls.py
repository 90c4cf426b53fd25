from django.http import HttpResponse
from django.urls import include, path

internal = [path("health/", lambda request: HttpResponse("ok"))]
urlpatterns = [
    path("", lambda request: HttpResponse("hello from ASGI")),
    path("internal/", include(internal)),
]
