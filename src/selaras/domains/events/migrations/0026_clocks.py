"""By how much a source's clock was off, and when that was noticed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0025_floods")]

    operations = [
        migrations.AddField("source", "clock_off", models.IntegerField(db_default=0, default=0)),
        migrations.AddField("source", "clock_at", models.DateTimeField(null=True)),
    ]
