from django.db import models
from django.db.models import F, Q
from django.db.models.fields.generated import GeneratedField
from django.db.models.functions import Coalesce

# A node is an item or a service as one number: 2 × id for an item, 2 × id + 1 for a service.
_UPPER = Coalesce(F("upper_item_id") * 2, F("upper_service_id") * 2 + 1)
_LOWER = Coalesce(F("lower_item_id") * 2, F("lower_service_id") * 2 + 1)
_ITEM_ON_ITEM = Q(upper_item__isnull=False, upper_service=None, lower_item__isnull=False, lower_service=None)
_SERVICE_ON_ITEM = Q(upper_item=None, upper_service__isnull=False, lower_item__isnull=False, lower_service=None)
_SERVICE_ON_SERVICE = Q(upper_item=None, upper_service__isnull=False, lower_item=None, lower_service__isnull=False)


class Dependency(models.Model):
    """The upper one fails if the lower one fails. Item on item, service on item, service on service; cycles are legal.

    Four real foreign keys, two of them set; `upper` and `lower` are computed from them by the database, so that the
    graph is walked over one pair of numbers. The columns have no index of their own: every read goes by the pair.
    """

    upper_item = models.ForeignKey(
        "services.ConfigurationItem", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    upper_service = models.ForeignKey(
        "services.Service", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    lower_item = models.ForeignKey(
        "services.ConfigurationItem", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    lower_service = models.ForeignKey(
        "services.Service", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    upper = GeneratedField(expression=_UPPER, output_field=models.BigIntegerField(), db_persist=True)
    lower = GeneratedField(expression=_LOWER, output_field=models.BigIntegerField(), db_persist=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_ITEM_ON_ITEM | _SERVICE_ON_ITEM | _SERVICE_ON_SERVICE, name="dependency_kind_known"
            ),
            models.CheckConstraint(condition=~Q(upper=F("lower")), name="dependency_not_on_itself"),
            models.UniqueConstraint(fields=["lower", "upper"], name="dependency_once"),
        ]
        indexes = [models.Index(fields=["upper", "lower"], name="dependency_downward")]


class GraphBlock(models.Model):
    """The same graph, packed for walking: what depends on the 256 nodes from `number` × 256 on.

    Kept by a trigger in the transaction that writes the dependency (migration 0002); nothing else writes it.
    Big-endian 32-bit integers: how many depend on each node, and which, node after node.
    """

    number = models.IntegerField(primary_key=True)
    degrees = models.BinaryField()
    uppers = models.BinaryField()
