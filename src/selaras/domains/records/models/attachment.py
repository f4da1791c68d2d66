from django.db import models


class Attachment(models.Model):
    """A file kept with a record, in the database like all else: no process keeps state of its own."""

    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="attachments")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.IntegerField()
    sha256 = models.BinaryField(max_length=32)
    content = models.BinaryField()
    public = models.BooleanField()
    at = models.DateTimeField()
