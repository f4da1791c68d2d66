"""Sources that prove themselves by a certificate, which a proxy has looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0030_heartbeat_times")]

    operations = [
        migrations.AddField(
            "source", "certificate", models.CharField(blank=True, db_default="", default="", max_length=500)
        ),
        migrations.AddConstraint(
            "source",
            models.UniqueConstraint(
                condition=~models.Q(("certificate", "")), fields=("certificate",), name="source_certificate_once"
            ),
        ),
    ]
