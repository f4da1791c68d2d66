"""Noise as it was counted where there is much, and the lists behind it: alerts of a rule, alerts of a service."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0032_replays"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoiseCount",
            fields=[
                ("days", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("counted", models.JSONField()),
            ],
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                condition=models.Q(("rule", None), _negated=True),
                fields=["rule", "-changed_at", "-alert"],
                name="assessment_of_rule",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                condition=models.Q(("service", None), _negated=True),
                fields=["service", "-changed_at", "-alert"],
                name="assessment_of_service",
            ),
        ),
    ]
