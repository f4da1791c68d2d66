from django.db import models


class Feed(models.Model):
    """A secret calendar address of a person: of one rota, or of their own shifts. Only its SHA-256 is kept."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+", db_index=False)
    rota = models.ForeignKey("duty.Rota", null=True, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "rota"], nulls_distinct=False, name="feed_once"),
        ]
