from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "selaras.domains.incidents"
    label = "incidents"
