from django.db import models
from django.db.models import F, Q


class Page(models.Model):
    """A call for one cause. While it is open, `due_at` is when the next step comes."""

    policy = models.ForeignKey("duty.Policy", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=300)
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    record = models.ForeignKey("records.Record", null=True, on_delete=models.PROTECT, related_name="+")
    urgent = models.BooleanField(default=True)
    state = models.CharField(max_length=12, default="open")
    opened_at = models.DateTimeField()
    round = models.SmallIntegerField(default=1)
    step = models.SmallIntegerField(default=0)  # told last, from 1
    due_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)  # since when no further step comes (actions/hold.py)
    acknowledged_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    acknowledged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cause"], condition=Q(state__in=["open", "acknowledged"]), name="page_once_a_cause"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="open", held_at=None), name="page_due"),
            models.Index(F("state"), F("id").desc(), name="page_by_state"),
        ]


class PageEntry(models.Model):
    """One thing that happened to a page. Append-only: the database refuses UPDATE and DELETE."""

    page = models.ForeignKey("duty.Page", on_delete=models.PROTECT, related_name="entries", db_index=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=20)
    actor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(F("page"), F("id"), name="entry_of_page")]
