from django.db import models


class Recheck(models.Model):
    """What is to be looked at again since something that holds alerts back was edited, and up to which alert it was.

    Written in the transaction of the edit, taken up in portions (actions/settle_edits.py), gone at the end.
    """

    what = models.CharField(max_length=8, primary_key=True)
    looked_to = models.BigIntegerField(default=0)
    edit = models.IntegerField(default=1)  # counts up, so that a portion notices an edit while it was at work
