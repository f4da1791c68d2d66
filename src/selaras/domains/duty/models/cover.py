from django.db import models
from django.db.models import F, Q


class Cover(models.Model):
    """For a while somebody else is on duty, or somebody is away; it is cancelled, never removed."""

    rota = models.ForeignKey("duty.Rota", on_delete=models.CASCADE, related_name="covers", db_index=False)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=255, blank=True)  # UID of the calendar entry it was read from
    made_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="cover_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(instead_of__isnull=False), name="cover_names_somebody"
            ),
            models.UniqueConstraint(
                fields=["rota", "source"], condition=Q(cancelled_at=None) & ~Q(source=""), name="cover_read_once"
            ),
        ]
        indexes = [models.Index(fields=["rota", "ends_at"], condition=Q(cancelled_at=None), name="cover_in_force")]


class Swap(models.Model):
    """One asks another to exchange a shift each. Accepted, it becomes two covers."""

    rota = models.ForeignKey("duty.Rota", on_delete=models.CASCADE, related_name="+")
    asker = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    asker_starts = models.DateTimeField()
    asker_ends = models.DateTimeField()
    other_starts = models.DateTimeField()
    other_ends = models.DateTimeField()
    state = models.CharField(max_length=10, default="asked")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
