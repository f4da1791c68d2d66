from django.db import models
from django.db.models import Q

from selaras.domains.people.contracts import Function


class Team(models.Model):
    """A group that work is assigned to; it belongs to one of the four functions. Its lead is whom it escalates to."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=200)
    function = models.CharField(max_length=30)
    lead = models.ForeignKey("people.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(function__in=[f.value for f in Function]), name="team_function_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in a team."""

    team = models.ForeignKey("people.Team", on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="membership_once")]
