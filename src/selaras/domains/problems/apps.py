from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    name = "selaras.domains.problems"
    label = "problems"
