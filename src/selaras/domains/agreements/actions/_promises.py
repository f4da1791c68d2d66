"""What an agreement may say: its parties, its time, its targets and obligations; every fault told at its field."""

from collections.abc import Collection, Mapping
from typing import Any

from selaras.domains.agreements.contracts import AgreementKind, Metric, NewObligation, NewTarget, Owner
from selaras.domains.agreements.models import Calendar
from selaras.domains.people.contracts import Actor, OrganisationKind
from selaras.domains.people.queries import get_provider, get_team_name, list_organisations
from selaras.domains.services.queries import list_services
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.text import text_fault

MOST_MINUTES = 5_000_000  # nearly ten years; also a CHECK
LONGEST_OBLIGATION = 2_000  # characters
_NO_CALENDAR = say("There is no such calendar.")
Faults = dict[str, Sentence]


def check_terms(by: Actor, terms: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an agreement, checked. Without an organisation, all but an SLA are for the provider itself."""
    kind = terms["kind"]
    organisation_id = terms["organisation_id"]
    if organisation_id is None and kind != AgreementKind.SLA:
        organisation_id = get_provider()
    faults = _party_faults(by, kind, organisation_id, terms["team_id"], terms["supplier_id"])
    name = text_fault(terms["name"], longest=200)
    if name is not None:
        faults["name"] = name
    if terms["valid_until"] is not None and terms["valid_until"] < terms["valid_from"]:
        faults["valid_until"] = say("It ends before it begins.")
    if not Calendar.objects.filter(pk=terms["calendar_id"]).exists():
        faults["calendar_id"] = _NO_CALENDAR
    if faults:
        raise Invalid(faults)
    return {**terms, "organisation_id": organisation_id, "name": terms["name"].strip()}


def _party_faults(
    by: Actor, kind: str, organisation_id: int | None, team_id: int | None, supplier_id: int | None
) -> Faults:
    faults: Faults = {}
    kinds = {row.id: row.kind for row in list_organisations(by)}
    if kind not in set(AgreementKind):
        faults["kind"] = say("There is no such kind of agreement.")
    if organisation_id not in kinds:
        faults["organisation_id"] = say("Name the customer.")
    if (kind == AgreementKind.OLA) != (team_id is not None):
        faults["team_id"] = say("An operational level agreement, and only that, names a team.")
    elif team_id is not None:
        try:
            get_team_name(team_id)
        except Invalid as refused:
            faults["team_id"] = refused.sentence
    if (kind == AgreementKind.UNDERPINNING) != (supplier_id is not None):
        faults["supplier_id"] = say("An underpinning contract, and only that, names a supplier.")
    elif supplier_id is not None and kinds.get(supplier_id) != OrganisationKind.SUPPLIER:
        faults["supplier_id"] = say("There is no such supplier.")
    return faults


def check_services(by: Actor, service_ids: Collection[int]) -> list[int]:
    """The services covered, in order of id."""
    wanted = sorted(set(service_ids))
    if len(list_services(by, ids=wanted, limit=len(wanted) + 1)) != len(wanted):
        raise Invalid({"service_ids": say("One of these services is not there.")})
    return wanted


def check_targets(targets: Collection[NewTarget]) -> None:
    """Every target sound, and none of a metric and priority twice; a fault names its row."""
    seen: set[tuple[str, int | None]] = set()
    known = set(Calendar.objects.values_list("pk", flat=True))
    for number, target in enumerate(targets, start=1):
        faults = target_faults(target, known)
        if (target.metric, target.priority) in seen:
            faults["priority"] = say("This promise stands here twice.")
        seen.add((target.metric, target.priority))
        if faults:
            what = next(iter(faults.values()))
            raise Invalid({"targets": say("Row %(row)s: %(what)s", row=number, what=what)})


def target_faults(target: NewTarget, calendars: Collection[int]) -> Faults:
    """What is wrong with each field of a target."""
    faults: Faults = {}
    if target.metric not in set(Metric):
        faults["metric"] = say("There is no such promise.")
    if not 1 <= target.minutes <= MOST_MINUTES:
        faults["minutes"] = say("Give minutes from 1 to %(most)s.", most=MOST_MINUTES)
    if target.priority is not None and not 1 <= target.priority <= 5:
        faults["priority"] = say("A priority is a number from 1 to 5.")
    if not 1 <= target.warn_percent <= 100:
        faults["warn_percent"] = say("Give a share from 1 to 100 per cent.")
    if target.calendar_id is not None and target.calendar_id not in calendars:
        faults["calendar_id"] = _NO_CALENDAR
    return faults


def check_obligations(obligations: Collection[NewObligation]) -> None:
    """Every obligation owed by a side, in words of both languages; a fault names its row."""
    for number, one in enumerate(obligations, start=1):
        fault = text_fault(one.text_id, longest=LONGEST_OBLIGATION) or text_fault(
            one.text_en, longest=LONGEST_OBLIGATION
        )
        if one.owner not in set(Owner):
            fault = say("Say which side owes it.")
        if fault is not None:
            raise Invalid({"obligations": say("Row %(row)s: %(what)s", row=number, what=fault)})
