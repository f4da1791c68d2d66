from datetime import UTC, datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

# Sorts records without a due time last; part of an index, so never change it without a migration.
NO_DUE = datetime(9999, 1, 1, tzinfo=UTC)
_OPEN = Q(closed_at=None)


def due_key() -> Coalesce:
    """Due time for ordering: the expression of the index below, to the letter."""
    return Coalesce(F("due_at"), Value(NO_DUE, output_field=models.DateTimeField()))


class Record(models.Model):
    """The card in the queue: what lists, search and counters read, whatever its kind."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=30)
    priority = models.SmallIntegerField()
    service = models.ForeignKey(
        "services.Service", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    requester = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey("people.Team", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    search_vector = SearchVectorField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(priority__range=(1, 5)), name="record_priority_range"),
        ]
        indexes = [
            models.Index(F("opened_at").desc(), F("id").desc(), name="record_newest"),
            models.Index(due_key(), F("id"), name="record_due"),
            models.Index(F("priority"), due_key(), F("id"), name="record_priority"),
            models.Index(due_key(), F("id"), condition=_OPEN, name="record_open_due"),
            models.Index(F("priority"), due_key(), F("id"), condition=_OPEN, name="record_open_priority"),
            models.Index(F("team"), due_key(), F("id"), condition=_OPEN, name="record_open_team"),
            models.Index(F("assignee"), due_key(), F("id"), condition=_OPEN, name="record_open_assignee"),
            models.Index(F("organisation"), F("opened_at").desc(), F("id").desc(), name="record_organisation"),
            models.Index(F("service"), F("opened_at").desc(), F("id").desc(), name="record_service"),
            models.Index(F("requester"), F("opened_at").desc(), F("id").desc(), name="record_requester"),
            GinIndex(F("search_vector"), name="record_search", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.number


class Affected(models.Model):
    """A customer whom a record concerns; also through a shared service: what makes it visible to them."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="affected", db_index=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "organisation"], name="affected_once")]
        indexes = [models.Index(F("organisation"), F("record").desc(), name="affected_of_organisation")]
