"""Routes of alerts, of what silences them and of where they come from."""

from django.urls import path

from selaras.interfaces.web.events import silence_form, silences, sources, views

app_name = "events"

urlpatterns = [
    path("alerts", views.alerts, name="alerts"),
    path("alerts/<int:alert_id>", views.alert, name="alert"),
    path("silences", silences.silences, name="silences"),
    path("silences/new", silence_form.new_silence, name="new_silence"),
    path("silences/count", silence_form.count, name="count_silence"),
    path("silences/<uuid:silence_id>", silence_form.silence, name="silence"),
    path("silences/<uuid:silence_id>/expire", silences.expire, name="expire_silence"),
    path("sources", sources.sources, name="sources"),
    path("sources/new", sources.new_source, name="new_source"),
    path("sources/<int:source_id>", sources.source, name="source"),
    path("sources/<int:source_id>/token", sources.renew, name="renew_token"),
    path("sources/<int:source_id>/switch", sources.switch, name="switch_source"),
]
