"""A line of an alert's trace says which step it tells, in which episode, and what it leads to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0002_guards"),
        ("events", "0012_console"),
        ("records", "0002_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="trace",
            name="episode",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="trace",
            name="page",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="duty.page"
            ),
        ),
        migrations.AddField(
            model_name="trace",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.record",
            ),
        ),
        migrations.AddField(
            model_name="trace",
            name="step",
            field=models.CharField(db_default="said", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="trace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        ["enriched", "classed", "held", "freed", "incident", "told", "not_told", "over", "said"],
                    )
                ),
                name="trace_step_known",
            ),
        ),
    ]
