from django.db import models
from django.db.models import Q

from selaras.domains.operations.contracts import StepKind
from selaras.kernel.models import Change as KernelChange


class Runbook(models.Model):
    """What to do in a known situation, step by step; its owner is a team."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    # Who is called when a run waits for approval.
    policy = models.ForeignKey("duty.Policy", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    hourly = models.SmallIntegerField(default=6)  # runs that rules may begin in an hour
    patience = models.IntegerField(default=30)  # minutes until an approval that nobody gave is not waited for any more
    enabled = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
    edited_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    edited_by_name = models.CharField(max_length=200)
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hourly__range=(1, 1000)), name="runbook_hourly"),
            models.CheckConstraint(condition=Q(patience__range=(1, 1440)), name="runbook_patience"),
        ]

    def __str__(self) -> str:
        return self.name


class Instruction(models.Model):
    """What a step says, in a runbook and, filled in, in a run."""

    position = models.SmallIntegerField()
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    changes = models.BooleanField()
    method = models.CharField(max_length=8, blank=True)
    url = models.TextField(blank=True)
    header_names = models.JSONField(default=list)
    sealed = models.BinaryField(default=b"")  # the headers with their values, as JSON
    secret_names = models.JSONField(default=list)
    sealed_secrets = models.BinaryField(default=b"")  # likewise; they stand in `url` and `body` by name
    body = models.TextField(blank=True)
    expects_from = models.SmallIntegerField(default=200)
    expects_to = models.SmallIntegerField(default=299)
    seconds = models.SmallIntegerField(default=15)
    retries = models.SmallIntegerField(default=0)

    class Meta:
        abstract = True


class Step(Instruction):
    """A step of a runbook. `url` and `body` hold places for labels and secrets (filling.py)."""

    runbook = models.ForeignKey("operations.Runbook", on_delete=models.CASCADE, related_name="steps", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["runbook", "position"], name="runbook_step_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in StepKind]), name="runbook_step_kind"),
        ]


class Change(KernelChange):
    """Who changed what of a runbook. Append-only."""

    runbook = models.ForeignKey("operations.Runbook", on_delete=models.PROTECT, related_name="changes", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["runbook", "version"], name="runbook_change_once")]
