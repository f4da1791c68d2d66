"""Routes of alerts and of where they come from."""

from django.urls import path

from selaras.interfaces.web.events import sources, views

app_name = "events"

urlpatterns = [
    path("alerts", views.alerts, name="alerts"),
    path("alerts/<int:alert_id>", views.alert, name="alert"),
    path("sources", sources.sources, name="sources"),
    path("sources/new", sources.new_source, name="new_source"),
    path("sources/<int:source_id>", sources.source, name="source"),
    path("sources/<int:source_id>/token", sources.renew, name="renew_token"),
    path("sources/<int:source_id>/switch", sources.switch, name="switch_source"),
]
