from django.db import models

from selaras.domains.services.lifecycle import LIFE


class Service(models.Model):
    """What a customer gets, with its name in both languages, an owner and a life (`lifecycle.py`)."""

    slug = models.SlugField(unique=True, max_length=80)
    name_id = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    owner = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="owned_services"
    )
    team = models.ForeignKey(
        "people.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="supported_services"
    )
    state = models.CharField(max_length=20, default=LIFE.initial)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.slug
