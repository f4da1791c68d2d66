"""Alerts are not vacuumed for being new, only for what dies among them, as before.

In a storm all new pages were read, marked as visible to all and written to the log whole, every half minute: a fifth of
a core and 100 MB, for marks that the next re-send takes away again.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0036_resent_batch"),
    ]

    operations = [
        migrations.RunSQL(
            sql="ALTER TABLE events_alert RESET (autovacuum_vacuum_insert_scale_factor);"
            "ALTER TABLE events_alert SET (autovacuum_vacuum_insert_threshold = -1)",
            reverse_sql="ALTER TABLE events_alert RESET (autovacuum_vacuum_insert_threshold);"
            "ALTER TABLE events_alert SET (autovacuum_vacuum_insert_scale_factor = 0.2)",
        ),
    ]
