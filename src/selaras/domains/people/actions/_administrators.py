"""Somebody must always be able to keep people."""

from selaras.domains.people.contracts import Role
from selaras.domains.people.models import DutyRole
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say


def keep_an_administrator(person_id: int, *, field: str = "roles") -> None:
    """Raise Invalid at `field` if this active person is the last administrator.

    Locks every administrator's duty, so that two who leave at once cannot both believe in the other; who is still
    active is asked after that, when the other's work is there to see.
    """
    held = DutyRole.objects.filter(role=Role.ADMINISTRATOR)
    holders = list(held.select_for_update(no_key=True).order_by("pk").values_list("person_id", flat=True))
    if person_id in holders and not held.exclude(person_id=person_id).filter(person__is_active=True).exists():
        raise Invalid({field: say("Somebody else must be an administrator first: this is the last one.")})
