from django.db import models
from django.db.models import F, Q


class Delivery(models.Model):
    """One message to one person by one channel, for one step of one round: never two.

    The row is the outbox: it is written with the decision, and `selaras worker` sends what is due after that commit.
    """

    page = models.ForeignKey("duty.Page", on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    round = models.SmallIntegerField()
    step = models.SmallIntegerField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.ForeignKey("duty.Channel", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default="waiting")
    attempts = models.SmallIntegerField(default=0)
    doubts = models.SmallIntegerField(default=0)
    answer = models.JSONField(default=dict)  # a sentence
    decided_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("page"), F("round"), F("step"), F("person"), F("channel"), name="delivery_once"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["began_at"], condition=Q(state="sending"), name="delivery_in_hand"),
        ]
