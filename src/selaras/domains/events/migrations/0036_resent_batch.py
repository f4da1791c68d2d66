from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0035_short_analysis"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResentBatch",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("body", models.BinaryField()),
            ],
        ),
        # It is compressed when it comes.
        migrations.RunSQL(
            sql="ALTER TABLE events_resentbatch ALTER COLUMN body SET STORAGE EXTERNAL",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
