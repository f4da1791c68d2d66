from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from selaras.domains.duty.contracts.rotas import Every


class Rota(models.Model):
    """Who takes turns at being on duty, by the wall clock of one time zone."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=120)
    team = models.ForeignKey("people.Team", null=True, on_delete=models.PROTECT, related_name="+")
    timezone = models.CharField(max_length=64)
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Layer(models.Model):
    """A rotation of a rota; a later one wins over those before it. rules.py says how it turns."""

    rota = models.ForeignKey("duty.Rota", on_delete=models.CASCADE, related_name="layers", db_index=False)
    position = models.SmallIntegerField()
    name = models.CharField(max_length=80, blank=True)
    every = models.CharField(max_length=5)
    length = models.SmallIntegerField()
    starts_on = models.DateField()
    handover = models.TimeField()
    until = models.DateField(null=True)
    days = ArrayField(models.SmallIntegerField(), default=list)  # 0 is Monday; empty: the whole week
    hours_from = models.TimeField(null=True)
    hours_until = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rota", "position"], name="layer_once"),
            models.CheckConstraint(condition=Q(every__in=[e.value for e in Every]), name="layer_unit_known"),
            models.CheckConstraint(condition=Q(length__gte=1), name="layer_length"),
        ]


class Participant(models.Model):
    """A person's place in the order of a layer; one person may have several."""

    layer = models.ForeignKey("duty.Layer", on_delete=models.CASCADE, related_name="participants", db_index=False)
    position = models.SmallIntegerField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "position"], name="participant_once")]
