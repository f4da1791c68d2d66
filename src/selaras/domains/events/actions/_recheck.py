"""What an edit leaves to be looked at again; how that is done: settle_edits.py."""

from django.db.models import F

from selaras.domains.events.models import Recheck

KEYS, HELD = "keys", "held"
"""The keys under which firing alerts hold others back, and what is held back."""


def look_again(*what: str) -> None:
    """Have all of it looked at again, from the first alert, once the caller's transaction has committed."""
    for one in what:
        Recheck.objects.bulk_create([Recheck(what=one, edit=0)], ignore_conflicts=True)
        Recheck.objects.filter(pk=one).update(looked_to=0, edit=F("edit") + 1)
