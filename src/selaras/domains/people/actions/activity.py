"""Let somebody no longer sign in, and let them come back."""

from django.db import transaction
from django.db.models import F

from selaras.domains.people.actions._administrators import keep_an_administrator
from selaras.domains.people.actions._changes import note, require_keeper
from selaras.domains.people.actions._membership import unlead
from selaras.domains.people.actions._sessions import end_streams
from selaras.domains.people.contracts import Actor
from selaras.domains.people.models import ApiToken, Person, Team
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say


@transaction.atomic
def deactivate_person(person_id: int, *, by: Actor) -> None:
    """End somebody's sessions, tokens and password links at once, and let them sign in no more.

    Their records and memberships stay; teams they led have no lead then. Nothing happens if they were deactivated
    before. Raises Invalid (field `active`) for oneself and for the last administrator.
    """
    require_keeper(by)
    if person_id == by.id:
        raise Invalid({"active": say("Nobody deactivates themselves; ask another administrator.")})
    person = _locked(person_id)
    if not person.is_active:
        return
    keep_an_administrator(person_id, field="active")
    Person.objects.filter(pk=person_id).update(is_active=False, sign_outs=F("sign_outs") + 1)
    end_streams(person_id)
    ApiToken.objects.filter(person_id=person_id, revoked_at=None).update(revoked_at=clock.now())
    note("person", "deactivate", by=by, person_id=person_id, data={"active": {"from": True, "to": False}})
    for team in Team.objects.select_for_update(no_key=True).filter(lead_id=person_id).order_by("pk"):
        unlead(team, by=by)


@transaction.atomic
def reactivate_person(person_id: int, *, by: Actor) -> None:
    """Let somebody sign in again, with the password they had; sessions and tokens of before stay ended."""
    require_keeper(by)
    if not _locked(person_id).is_active:
        Person.objects.filter(pk=person_id).update(is_active=True)
        note("person", "reactivate", by=by, person_id=person_id, data={"active": {"from": False, "to": True}})


def _locked(person_id: int) -> Person:
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise NotFound(str(person_id))
    return person
