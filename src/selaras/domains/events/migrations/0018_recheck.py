"""What must be looked at again after an edit of what holds alerts back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0017_checks")]

    operations = [
        migrations.CreateModel(
            name="Recheck",
            fields=[
                ("what", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("looked_to", models.BigIntegerField(default=0)),
                ("edit", models.IntegerField(default=1)),
            ],
        ),
    ]
