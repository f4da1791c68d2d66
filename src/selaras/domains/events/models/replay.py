from django.db import models
from django.db.models import F


class Replay(models.Model):
    """A draft rule set that is replayed over a stretch of history by a worker (actions/run_replays.py)."""

    title = models.CharField(max_length=120, blank=True)
    rules = models.JSONField()  # the draft, as RuleSet has it
    since = models.DateTimeField()
    until = models.DateTimeField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.TextField()
    made_at = models.DateTimeField()
    # How far it is; whoever runs it writes `seen_at` again and again, so that another one knows if they died.
    seen_at = models.DateTimeField(null=True)
    looked_at = models.BigIntegerField(default=0)
    reached = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    trouble = models.JSONField(null=True)  # a sentence

    class Meta:
        indexes = [models.Index(F("id"), name="replay_to_run", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return self.title or str(self.pk)
