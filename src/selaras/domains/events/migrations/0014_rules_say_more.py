"""Rules that go on, add labels, hold back others and know flapping; what assessment keeps of that."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0013_trace_steps"),
        ("records", "0002_search"),
        ("services", "0004_graph_stamp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="added",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="assessment",
            name="flaps_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="holds_back",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="inhibitor",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="events.alert",
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="adds",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="rule",
            name="flap_minutes",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="flap_turns",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="goes_on",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="rule",
            name="holds_back",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="rule",
            name="holds_equal",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="rule",
            name="note",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="trace",
            name="other",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="events.alert",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("holds_back"),
                condition=models.Q(("state", "firing"), models.Q(("holds_back", []), _negated=True)),
                name="assessment_holds_back",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                models.F("inhibitor"),
                condition=models.Q(("inhibitor", None), _negated=True),
                name="assessment_inhibited",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                models.F("flaps_until"),
                condition=models.Q(("flaps_until", None), _negated=True),
                name="assessment_flapping",
            ),
        ),
    ]
