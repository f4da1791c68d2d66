from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0038_precedent"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnfoldedBatch",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("body", models.BinaryField()),
            ],
        ),
        # It is compressed when it comes.
        migrations.RunSQL(
            sql="ALTER TABLE events_unfoldedbatch ALTER COLUMN body SET STORAGE EXTERNAL",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
