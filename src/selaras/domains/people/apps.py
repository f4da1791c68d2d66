from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "selaras.domains.people"
    label = "people"
