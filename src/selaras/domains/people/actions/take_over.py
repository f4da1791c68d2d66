"""Take over people whom another system's records name: as requesters who cannot sign in."""

from collections.abc import Mapping

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models.functions import Lower

from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import Change, DutyRole, Person
from selaras.domains.people.rules import require
from selaras.kernel import clock


@transaction.atomic
def take_over_people(names: Mapping[str, str], *, by: Actor, organisation_id: int) -> dict[str, int]:
    """Make those of `names` (lower-case address → name) whom nobody has yet; gives address → id.

    An address that belongs to somebody of another organisation is left out of the answer: nobody is moved, and no
    record of one customer gets a requester of another.
    """
    require(by, "people.edit", organisation_id)
    known = _known(names)
    fresh = [
        Person(email=email, name=name[:200], organisation_id=organisation_id, password=make_password(None))
        for email, name in sorted(names.items())
        if email not in known
    ]
    Person.objects.bulk_create(fresh)
    DutyRole.objects.bulk_create(DutyRole(person=person, role=Role.REQUESTER) for person in fresh)
    Change.objects.bulk_create(
        Change(at=clock.now(), actor_id=by.id, actor_name=by.name[:200], verb="take_over", person=one) for one in fresh
    )
    here = {email: pk for email, (pk, home) in known.items() if home == organisation_id}
    return {**here, **{person.email: person.pk for person in fresh}}


def _known(names: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    people = Person.objects.annotate(address=Lower("email")).filter(address__in=list(names))
    return {email: (pk, home) for email, pk, home in people.values_list("address", "pk", "organisation_id")}
