from django.db import models
from django.db.models import F, Q

from selaras.domains.agreements.contracts import ObligationOutcome, Owner


class Obligation(models.Model):
    """What one side of an agreement owes the other, besides the targets."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="obligations")
    owner = models.CharField(max_length=10)
    text_id = models.TextField()
    text_en = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(owner__in=[o.value for o in Owner]), name="obligation_owner_known"),
        ]


class ObligationEvent(models.Model):
    """An obligation was met, met late, or failed. Append-only. Excused minutes are shown apart, never
    subtracted.
    """

    obligation = models.ForeignKey(
        "agreements.Obligation", on_delete=models.PROTECT, related_name="events", db_index=False
    )
    record = models.ForeignKey("records.Record", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10)
    minutes_excused = models.IntegerField(default=0)
    note = models.TextField(blank=True)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=[o.value for o in ObligationOutcome]), name="obligation_outcome_known"
            ),
            models.CheckConstraint(condition=Q(minutes_excused__range=(0, 5_000_000)), name="obligation_minutes_range"),
        ]
        indexes = [
            models.Index(F("record"), name="obligation_event_record", condition=Q(record__isnull=False)),
            models.Index(F("obligation"), F("at").desc(), name="obligation_event_newest"),
        ]
