from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "selaras.domains.services"
    label = "services"
