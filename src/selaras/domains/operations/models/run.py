from django.db import models
from django.db.models import F, Q

from selaras.domains.operations.contracts import DOING, RUNNING, WAITING, StepKind
from selaras.domains.operations.models.runbook import Instruction


class Run(models.Model):
    """One time that a runbook is gone through, for one alert's episode, an incident, or neither.

    It holds the steps as they were when it began: what was approved is what runs. `next_at` is when the worker has to
    make the call whose turn it is; `decide_by`, while it waits, when nobody may approve any more.
    """

    runbook = models.ForeignKey("operations.Runbook", on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.IntegerField()  # of the runbook
    state = models.CharField(max_length=10, default=RUNNING)
    about = models.CharField(max_length=300, blank=True)
    labels = models.JSONField(default=dict)
    # Alerts may be forgotten; their runs stay.
    alert = models.ForeignKey(
        "events.Alert", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    episode = models.IntegerField(null=True)
    record = models.ForeignKey("records.Record", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule_name = models.CharField(max_length=120, blank=True)  # the rule that began it; empty: a person
    started_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    started_by_name = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    # Who wrote the version of the runbook that runs, and so does not approve it.
    author = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    next_at = models.DateTimeField(null=True)
    decide_by = models.DateTimeField(null=True)
    approved = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_by_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)  # of the approval or refusal, else of the end
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["runbook", "alert", "episode"], condition=~Q(rule_name=""), name="run_once_an_episode"
            ),
        ]
        indexes = [
            models.Index(F("next_at"), name="run_due", condition=Q(state=RUNNING) & ~Q(next_at=None)),
            models.Index(F("decide_by"), name="run_undecided", condition=Q(state=WAITING)),
            models.Index(F("state"), F("id").desc(), name="run_by_state"),
            models.Index(F("runbook"), F("id").desc(), name="run_of_runbook"),
            models.Index(F("alert"), F("id").desc(), name="run_of_alert", condition=~Q(alert=None)),
            models.Index(F("record"), F("id").desc(), name="run_of_record", condition=~Q(record=None)),
        ]


class RunStep(Instruction):
    """A step of a run, filled in, and how it went."""

    run = models.ForeignKey("operations.Run", on_delete=models.PROTECT, related_name="steps", db_index=False)
    state = models.CharField(max_length=10, default="pending")
    attempts = models.SmallIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    why = models.JSONField(default=dict)  # a sentence
    actor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="run_step_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in StepKind]), name="run_step_kind"),
        ]
        indexes = [models.Index(F("began_at"), name="run_step_in_hand", condition=Q(state=DOING))]


class RunEntry(models.Model):
    """One thing that happened to a run. Append-only: the database refuses UPDATE and DELETE."""

    run = models.ForeignKey("operations.Run", on_delete=models.PROTECT, related_name="entries", db_index=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=20)
    actor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(F("run"), F("id"), name="run_entry_of_run")]
