"""What the database itself holds to: the lifecycle, obligation events that nobody rewrites, and numbers."""

from django.db import migrations

from selaras.kernel.lifecycle_guard import append_only, guard

NUMBERS = migrations.RunSQL(
    sql="CREATE SEQUENCE agreements_agreement_number;",
    reverse_sql="DROP SEQUENCE agreements_agreement_number;",
)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial")]

    operations = [
        guard(
            table="agreements_agreement",
            name="agreement",
            states=("draft", "active", "expired"),
            pairs=(("active", "expired"), ("draft", "active"), ("draft", "expired")),
        ),
        append_only("agreements_obligationevent"),
        NUMBERS,
    ]
