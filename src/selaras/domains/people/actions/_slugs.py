"""A slug that nobody has yet."""

from itertools import count

from selaras.domains.people.models import Organisation, Team


def free_slug(model: type[Organisation] | type[Team], proposed: str) -> str:
    """`proposed`, or with the first number that makes it free: `meja-layanan-2`."""
    taken = set(model._default_manager.filter(slug__startswith=proposed).values_list("slug", flat=True))
    numbered = (f"{proposed}-{n}" for n in count(2))
    return proposed if proposed not in taken else next(slug for slug in numbered if slug not in taken)
