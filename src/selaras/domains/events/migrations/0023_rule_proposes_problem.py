"""A rule has its alerts speak for a problem."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0022_receivers"),
    ]

    operations = [
        migrations.AddField(
            model_name="rule",
            name="proposes_problem",
            field=models.BooleanField(db_default=False),
        ),
    ]
