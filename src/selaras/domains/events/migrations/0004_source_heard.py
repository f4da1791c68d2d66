"""A source knows when it was last heard, and how often it was changed."""

from django.db import migrations, models

# What the alerts already say; once, so a look at every alert is fine.
FILL = """
UPDATE events_source s SET heard_at = heard.at
FROM (SELECT source_id, max(last_seen) AS at FROM events_alert GROUP BY source_id) AS heard
WHERE heard.source_id = s.id;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0003_default_rules")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="heard_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="version",
            field=models.IntegerField(db_default=1, default=1),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
