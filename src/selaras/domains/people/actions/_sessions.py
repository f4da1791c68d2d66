"""Sessions end by their hash (Person.sign_outs, the password); what an open page still listens to ends here."""

import json

from django.db import connection


def end_streams(person_id: int) -> None:
    """After commit, close the live streams that this person's pages hold; whoever may still come comes again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('selaras_live', %s)", [json.dumps({"kind": "signed_out", "id": person_id})])
