from django.db import models
from django.db.models import Q

from selaras.domains.people.contracts import OrganisationKind


class Organisation(models.Model):
    """A customer, a unit of the provider, or a supplier; a tree."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in OrganisationKind]), name="organisation_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
