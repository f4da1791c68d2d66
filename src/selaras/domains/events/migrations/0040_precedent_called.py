"""Precedents are found by who told and under which name, of whatever: what was learnt of one thing goes for others."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

# "source nodes name" without the nodes.
_FILL = """
UPDATE events_precedent SET called = ARRAY(
    SELECT DISTINCT split_part(one, ' ', 1) || substr(one, length(split_part(one, ' ', 1) || split_part(one, ' ', 2)) + 2)
    FROM unnest(told) AS one ORDER BY 1)"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0039_unfolded_batch"),
    ]

    operations = [
        migrations.AddField("Precedent", "called", ArrayField(models.TextField(), default=list)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField("Precedent", "called", ArrayField(models.TextField())),
        migrations.AddIndex("Precedent", GinIndex(fields=["called"], name="precedent_called")),
    ]
