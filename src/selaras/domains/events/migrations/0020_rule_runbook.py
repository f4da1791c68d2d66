"""A rule names a runbook, and an alert's trace tells what it did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0019_streams"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="trace",
            name="trace_step_known",
        ),
        migrations.AddField(
            model_name="rule",
            name="runbook",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
        migrations.AddConstraint(
            model_name="trace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            "enriched",
                            "classed",
                            "held",
                            "freed",
                            "incident",
                            "told",
                            "not_told",
                            "over",
                            "response",
                            "said",
                        ],
                    )
                ),
                name="trace_step_known",
            ),
        ),
    ]
