"""The frame's own routes."""

from django.urls import path

from selaras.interfaces.web.shell import search, views

app_name = "shell"

urlpatterns = [
    path("preferences", views.preferences, name="preferences"),
    path("language", views.language, name="language"),
    path("search", search.results, name="search"),
    path("search/suggest", search.suggest, name="suggest"),
]
