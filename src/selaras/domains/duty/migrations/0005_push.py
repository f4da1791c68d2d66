"""Web push: the installation's key, and channels whose browser has ended its subscription."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0004_shift_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PushKey",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("public", models.CharField(max_length=100)),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="channel",
            name="channel_kind_known",
        ),
        migrations.AddField(
            model_name="channel",
            name="gone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["mail", "webhook", "apprise", "push"])), name="channel_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="pushkey",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="push_key_is_one"),
        ),
    ]
