from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "selaras.domains.operations"
    label = "operations"
