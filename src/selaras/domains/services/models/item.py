from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from selaras.domains.services.contracts import Environment, ItemClass


class ConfigurationItem(models.Model):
    """A part of the estate that can fail: from a site and its switches up to an application."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=200)
    item_class = models.CharField(max_length=30)
    environment = models.CharField(max_length=20, default=Environment.PRODUCTION.value)
    attributes = models.JSONField(default=dict, blank=True)
    team = models.ForeignKey(
        "people.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="supported_items"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(item_class__in=[c.value for c in ItemClass]), name="item_class_known"),
            models.CheckConstraint(
                condition=Q(environment__in=[e.value for e in Environment]), name="item_environment_known"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class ItemName(models.Model):
    """A name under which monitoring knows an item, in lower case; a name leads to one item only."""

    item = models.ForeignKey("services.ConfigurationItem", on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=255, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(name=Lower(F("name"))), name="item_name_lower")]

    def __str__(self) -> str:
        return self.name
