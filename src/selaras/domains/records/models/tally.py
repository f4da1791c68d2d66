from django.db import models


class TallyDelta(models.Model):
    """Counts of open records, kept by a trigger as signed steps so that no two writers wait for one counter row.

    Reading sums them; folding replaces many steps by one. The sum always equals counting the records.
    """

    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=30)
    priority = models.SmallIntegerField()
    team_id = models.BigIntegerField(null=True)
    assignee_id = models.BigIntegerField(null=True)
    n = models.IntegerField()
