"""Routes of incidents."""

from django.urls import path

from selaras.interfaces.web.incidents import new

app_name = "incidents"

urlpatterns = [path("new", new.new, name="new")]
