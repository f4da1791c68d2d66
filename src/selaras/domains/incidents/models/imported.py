from django.db import models


class ImportedIncident(models.Model):
    """Where an incident came from. One a customer, log and number: what makes an import repeatable."""

    incident = models.OneToOneField(
        "incidents.Incident", on_delete=models.PROTECT, primary_key=True, related_name="imported"
    )
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=80)
    external_number = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=16)  # of its lines; another one: the log has gone on since
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source", "external_number"], name="imported_once"),
        ]
