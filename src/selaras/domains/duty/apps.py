from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "selaras.domains.duty"
    label = "duty"
