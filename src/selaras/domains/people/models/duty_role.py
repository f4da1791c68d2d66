from django.db import models
from django.db.models import Q

from selaras.domains.people.contracts import Role


class DutyRole(models.Model):
    """A role that a person holds; what it allows is the table in people/rules.py."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="duty_roles")
    role = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], name="duty_role_once"),
            models.CheckConstraint(condition=Q(role__in=[r.value for r in Role]), name="duty_role_known"),
        ]
