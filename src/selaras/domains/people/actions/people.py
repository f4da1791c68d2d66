"""Make a person with their duties, and change them."""

from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from selaras.domains.people.actions._administrators import keep_an_administrator
from selaras.domains.people.actions._changes import note, refuse_stale, require_keeper
from selaras.domains.people.actions._membership import join, leave
from selaras.domains.people.actions._sound import EDITABLE, TAKEN, sound_person
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import DutyRole, Membership, Organisation, Person, Team
from selaras.kernel.errors import Invalid, NotFound
from selaras.kernel.sentences import say
from selaras.kernel.versions import difference

_COLUMNS = ("name", "email", "organisation_id", "language", "timezone")


@transaction.atomic
def create_person(
    *,
    by: Actor,
    email: str,
    name: str,
    organisation_id: int,
    roles: Iterable[Role | str],
    team_ids: Iterable[int] = (),
    password: str | None = None,
    language: str = "id",
    timezone: str = "Asia/Jakarta",
) -> int:
    """Make a person with their duties; returns their id. Without a password they cannot sign in by one.

    Raises Invalid with every field at fault.
    """
    require_keeper(by)
    wanted = {"email": email, "name": name, "organisation_id": organisation_id, "language": language}
    kept = sound_person({**wanted, "roles": roles, "team_ids": team_ids, "timezone": timezone})
    try:
        with transaction.atomic():
            person = Person.objects.create_user(password=password, **{field: kept[field] for field in _COLUMNS})
    except IntegrityError as taken:  # somebody was made with this address in the same moment
        raise Invalid({"email": TAKEN}) from taken
    DutyRole.objects.bulk_create(DutyRole(person=person, role=role) for role in kept["roles"])
    note("person", "create", by=by, person_id=person.pk, data={"roles": {"from": [], "to": kept["roles"]}})
    for team in Team.objects.select_for_update(no_key=True).filter(pk__in=kept["team_ids"]).order_by("pk"):
        join(person, team, by=by)
    return person.pk


@transaction.atomic
def change_person(person_id: int, *, by: Actor, changes: Mapping[str, Any], seen: int | None = None) -> None:
    """Change any of `EDITABLE`. `seen` is the last change that was read: Stale if a later one changed any of these.

    Raises Invalid with every field at fault, also where the last administrator would lose their duty.
    """
    require_keeper(by)
    if unknown := changes.keys() - EDITABLE:
        raise Invalid({name: say("This cannot be changed here.") for name in unknown})
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise NotFound(str(person_id))
    refuse_stale(seen, EDITABLE, person_id=person_id)
    before = _as_kept(person)
    after = sound_person({**before, **changes}, person_id=person_id)
    if person.is_active and Role.ADMINISTRATOR in set(before["roles"]) - set(after["roles"]):
        keep_an_administrator(person_id)
    data = difference(before, after)
    teams = data.pop("team_ids", None)
    _write(person, data)
    if data:
        note("person", "change", by=by, person_id=person_id, data=_with_names(data))
    if teams:
        _place(person, teams["from"], teams["to"], by=by)


def _as_kept(person: Person) -> dict[str, Any]:
    return {
        **{field: getattr(person, field) for field in _COLUMNS},
        "roles": sorted(DutyRole.objects.filter(person=person).values_list("role", flat=True)),
        "team_ids": sorted(Membership.objects.filter(person=person).values_list("team_id", flat=True)),
    }


def _write(person: Person, data: Mapping[str, Mapping[str, Any]]) -> None:
    columns = {field: data[field]["to"] for field in _COLUMNS if field in data}
    if columns:
        try:
            with transaction.atomic():
                Person.objects.filter(pk=person.pk).update(**columns)
        except IntegrityError as taken:
            raise Invalid({"email": TAKEN}) from taken
    if "email" in columns:
        # allauth keeps addresses of its own, and would let them sign in with the old one.
        EmailAddress.objects.filter(user_id=person.pk).delete()
    if "roles" in data:
        held, wanted = set(data["roles"]["from"]), set(data["roles"]["to"])
        DutyRole.objects.filter(person=person, role__in=held - wanted).delete()
        DutyRole.objects.bulk_create(DutyRole(person=person, role=role) for role in sorted(wanted - held))


def _place(person: Person, before: Iterable[int], after: Iterable[int], *, by: Actor) -> None:
    old, new = set(before), set(after)
    for team in Team.objects.select_for_update(no_key=True).filter(pk__in=old ^ new).order_by("pk"):
        (join if team.pk in new else leave)(person, team, by=by)


def _with_names(data: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """An organisation's name goes along with its id: the trail tells what it was called then."""
    if moved := data.get("organisation_id"):
        names = dict(Organisation.objects.filter(pk__in=moved.values()).values_list("pk", "name"))
        moved.update({f"{side}_name": names[pk] for side, pk in list(moved.items())})
    return data
