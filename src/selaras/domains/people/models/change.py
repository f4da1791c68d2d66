from django.db import models
from django.db.models import F, Q


class Change(models.Model):
    """Who changed what of people, teams and organisations, when: old and new, secrets never.

    Append-only: the database refuses UPDATE and DELETE. A change of a membership concerns a person and a team. The
    last id of a person (team, organisation) is also the version that a form remembers having seen.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=30)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey("people.Team", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(team__isnull=False) | Q(organisation__isnull=False),
                name="change_of_something",
            )
        ]
        indexes = [
            models.Index(F("person"), F("id"), name="change_of_person"),
            models.Index(F("team"), F("id"), name="change_of_team"),
            models.Index(F("organisation"), F("id"), name="change_of_organisation"),
        ]
