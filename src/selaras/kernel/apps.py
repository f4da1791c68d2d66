from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "selaras.kernel"
    label = "kernel"
