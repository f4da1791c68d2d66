from django.db import models

from selaras.kernel.models import Change


class Table(models.Model):
    """What labels are looked up in (looking_up.py); rules name it, so its name never changes."""

    name = models.SlugField(max_length=80, unique=True)
    keys = models.JSONField()  # the columns that are its key
    columns = models.JSONField()  # those that it gives
    content = models.TextField()  # CSV
    rows = models.IntegerField()
    version = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class TableChange(Change):
    """A change of a table. Append-only."""

    table = models.ForeignKey("events.Table", on_delete=models.PROTECT, related_name="changes", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "version"], name="table_change_once")]
