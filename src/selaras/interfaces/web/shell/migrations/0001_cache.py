"""The table of the shared cache: Django makes it by a command of its own; here every installation has it after migrate."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            sql="""
            CREATE TABLE IF NOT EXISTS selaras_cache (
                cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
            );
            CREATE INDEX IF NOT EXISTS selaras_cache_expires ON selaras_cache (expires);
            """,
            reverse_sql="DROP TABLE IF EXISTS selaras_cache",
        )
    ]
