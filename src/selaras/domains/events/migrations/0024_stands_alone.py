"""A rule may let its alerts stand alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0023_rule_proposes_problem"),
    ]

    operations = [
        migrations.AddField(
            model_name="rule",
            name="stands_alone",
            field=models.BooleanField(db_default=False),
        ),
    ]
