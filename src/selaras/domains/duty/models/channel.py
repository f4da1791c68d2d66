from django.db import models
from django.db.models import F, Q

from selaras.domains.duty.contracts.channels import ChannelKind


class Channel(models.Model):
    """A way to reach a person, in the person's own order. Where it leads is sealed and never shown again."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.SmallIntegerField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=120)  # enough to know it by: a host, a masked address
    sealed = models.BinaryField()
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    enabled = models.BooleanField(default=True)  # False: removed or gone; old deliveries keep naming it
    gone_at = models.DateTimeField(null=True)  # when its provider said that it is no more; told until it is removed

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in ChannelKind]), name="channel_kind_known"),
        ]
        indexes = [models.Index(F("person"), F("position"), name="channel_of_person")]


class PushKey(models.Model):
    """The installation's own key pair for web push (VAPID, RFC 8292), made when first needed: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    public = models.CharField(max_length=100)  # the uncompressed point, base64url
    sealed = models.BinaryField()  # the private key, PEM
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="push_key_is_one")]
