"""Addresses of the HTTP API, below /api/."""

from django.urls import path, re_path

from selaras.interfaces.api.main import api, nothing_here

urlpatterns = [path("v1/", api.urls), re_path(r"^.*$", nothing_here)]
