"""Routes of alerts."""

from django.urls import path

from selaras.interfaces.web.events import mapping, views

app_name = "events"

urlpatterns = [
    path("alerts", views.alerts, name="alerts"),
    path("alerts/<int:alert_id>", views.alert, name="alert"),
    path("sources/<int:source_id>/mapping", mapping.mapping, name="mapping"),
]
