from django.db import models
from django.db.models import F, Q

from selaras.domains.records.contracts import LinkType


class Link(models.Model):
    """A typed link from one record to another."""

    source = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="links_in")
    type = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_not_to_itself"),
            models.CheckConstraint(condition=Q(type__in=[t.value for t in LinkType]), name="link_type_known"),
        ]
