"""What people say of an alert: acknowledged in an episode, shelved until a time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0006_rule_sets"),
        ("people", "0002_team_lead"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="acknowledged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="acknowledged_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="acknowledged_episode",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="shelved_until",
            field=models.DateTimeField(null=True),
        ),
    ]
