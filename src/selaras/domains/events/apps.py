from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "selaras.domains.events"
    label = "events"
