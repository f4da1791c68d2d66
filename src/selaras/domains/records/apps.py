from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "selaras.domains.records"
    label = "records"
