"""Heartbeats that are expected at the times of a cron expression."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0029_tables")]

    operations = [
        migrations.AddField(
            "heartbeat", "cron", models.CharField(blank=True, db_default="", default="", max_length=100)
        ),
        migrations.AddField(
            "heartbeat", "zone", models.CharField(blank=True, db_default="", default="", max_length=63)
        ),
    ]
