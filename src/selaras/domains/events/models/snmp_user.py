from django.db import models
from django.db.models import Q

from selaras.domains.events.contracts.sources import SnmpAuthentication, SnmpPrivacy


class SnmpUser(models.Model):
    """In whose name a source's devices sign what they send by SNMP version 3. Passphrases are sealed."""

    # It is all that a packet says of whom it is from, so it is one source's alone.
    name = models.CharField(max_length=32, unique=True)
    source = models.ForeignKey("events.Source", on_delete=models.CASCADE, related_name="snmp_users")
    authentication = models.CharField(max_length=10)
    authentication_key = models.BinaryField()
    privacy = models.CharField(max_length=10, blank=True)
    privacy_key = models.BinaryField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(authentication__in=[a.value for a in SnmpAuthentication]),
                name="snmp_authentication_known",
            ),
            models.CheckConstraint(
                condition=Q(privacy__in=["", *(p.value for p in SnmpPrivacy)]), name="snmp_privacy_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
