"""What was assessed ahead of its turn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0033_noise"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ahead",
            fields=[("change_id", models.BigIntegerField(primary_key=True, serialize=False))],
        ),
        migrations.AddField(
            model_name="cursor",
            name="looked_id",
            field=models.BigIntegerField(default=0),
        ),
    ]
