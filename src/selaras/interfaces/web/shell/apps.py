from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "selaras.interfaces.web.shell"
    label = "shell"
