from board import views
from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("", views.notices, name="notices"),
    path("health", views.health, name="health"),
    path("admin/", admin.site.urls),
]
