from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "selaras.domains.agreements"
    label = "agreements"
