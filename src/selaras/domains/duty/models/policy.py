from django.db import models
from django.db.models import Q

from selaras.domains.duty.contracts.policies import TargetKind


class Policy(models.Model):
    """Whom a page tells, and who comes next if nobody acknowledges."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=120)
    repeats = models.SmallIntegerField(default=0)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(repeats__range=(0, 9)), name="policy_repeats")]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """Its targets are told, and have so many minutes before the next step."""

    policy = models.ForeignKey("duty.Policy", on_delete=models.CASCADE, related_name="steps", db_index=False)
    position = models.SmallIntegerField()
    minutes = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="step_once"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="step_minutes"),
        ]


class Target(models.Model):
    """A rota, a person, or the lead of a team: exactly one."""

    step = models.ForeignKey("duty.Step", on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=10)
    rota = models.ForeignKey("duty.Rota", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=TargetKind.ROTA.value, rota__isnull=False, person=None, team=None)
                | Q(kind=TargetKind.PERSON.value, rota=None, person__isnull=False, team=None)
                | Q(kind=TargetKind.TEAM_LEAD.value, rota=None, person=None, team__isnull=False),
                name="target_is_one",
            )
        ]
