"""The review of a major incident: written, its improvements owned and done, signed by the incident manager."""

from datetime import date

from django.db import transaction

from selaras.domains.incidents.actions._incident import load
from selaras.domains.incidents.contracts import REVIEW_OWED
from selaras.domains.incidents.lifecycle import MAJOR
from selaras.domains.incidents.models import Improvement, MajorIncident
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_worker_name, may
from selaras.domains.records.actions.entries import check_body, write_entry
from selaras.domains.records.contracts import Card
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound, Stale
from selaras.kernel.lifecycle import move
from selaras.kernel.sentences import Sentence, say

PARTS = ("happened", "well", "improve", "participants")
_LONGEST = 1000  # characters of an improvement
_MOST = 50


@transaction.atomic
def write_review(
    record_id: int, *, by: Actor, happened: str, well: str, improve: str, participants: str, seen: int | None = None
) -> None:
    """Keep the review as it stands so far; whoever led the incident writes it, or somebody in charge of majors.

    `seen` is the version that was read. Raises Invalid, MoveRefused once it is signed, Stale.
    """
    texts = dict(zip(PARTS, (happened, well, improve, participants), strict=True))
    record, row = _owed(record_id, by=by)
    if seen is not None and seen != row.version:
        raise Stale()
    for name, text in texts.items():
        try:
            check_body(text)
        except Invalid as wrong:
            raise Invalid({name: wrong.sentence}) from None
        setattr(row, name, text.strip())
    row.version += 1
    row.save()
    write_entry(record, by=by, verb="major.review_written", public=False)


@transaction.atomic
def add_improvement(record_id: int, *, by: Actor, text: str, owner_id: int | None, due: date | None) -> int:
    """Something to be done, with its owner and day. Returns its id. Raises Invalid naming the fields."""
    record, row = _owed(record_id, by=by)
    wrong: dict[str, Sentence] = {}
    if not text.strip() or len(text) > _LONGEST or "\x00" in text:
        wrong["text"] = say("Say what is to be done, in %(most)s characters at most.", most=_LONGEST)
    if due is None or due < clock.now().date():
        wrong["due"] = say("Choose a day that is still to come.")
    try:
        if get_worker_name(owner_id) is None:
            wrong["owner_id"] = say("Say who does it.")
    except Invalid as nobody:
        wrong["owner_id"] = nobody.sentence
    if wrong or due is None or owner_id is None:
        raise Invalid(wrong)
    if row.improvements.count() >= _MOST:
        raise Invalid({"text": say("There are %(most)s already.", most=_MOST)})
    kept = Improvement.objects.create(major=row, text=text.strip(), owner_id=owner_id, due=due)
    write_entry(record, by=by, verb="major.improvement", public=False, body=kept.text)
    return kept.pk


@transaction.atomic
def finish_improvement(improvement_id: int, *, by: Actor) -> None:
    """It is done: said by its owner, or by somebody in charge of majors. Raises MoveRefused if it was done before."""
    found = Improvement.objects.filter(pk=improvement_id).first()
    if found is None:
        raise NotFound(str(improvement_id))
    record, _ = load(found.major_id, by=by, permission="records.internal")
    row = Improvement.objects.get(pk=improvement_id)
    if row.owner_id != by.id and not may(by, "incidents.major"):
        raise NotAllowed("incidents.major")
    if row.done_at is not None:
        raise MoveRefused(say("This was done already."))
    row.done_at = clock.now()
    row.save(update_fields=["done_at"])
    write_entry(record, by=by, verb="major.improved", public=False, body=row.text)


@transaction.atomic
def sign_review(record_id: int, *, by: Actor, seen: int | None = None) -> None:
    """The incident manager stands for what it says; from then on it stays as it is. Raises MoveRefused, Stale."""
    record, row = _owed(record_id, by=by)
    if seen is not None and seen != row.version:
        raise Stale()
    facts = {**{name: getattr(row, name) for name in PARTS}, "is_manager": by.id == row.manager_id}
    move(row, "sign", life=MAJOR, facts=facts)
    row.signed_at, row.signed_by_id = clock.now(), by.id
    row.save(update_fields=["signed_at", "signed_by"])
    write_entry(record, by=by, verb="major.reviewed", public=False)


def _owed(record_id: int, *, by: Actor) -> tuple[Card, MajorIncident]:
    """The locked incident and its major part, whose review is owed and this person's to write."""
    record, _ = load(record_id, by=by, permission="records.internal")
    row = MajorIncident.objects.filter(pk=record_id).first()
    if row is None:
        raise NotFound(record.number)
    if by.id not in (row.manager_id, row.technical_lead_id, row.communications_id) and not may(by, "incidents.major"):
        raise NotAllowed("incidents.major")
    if row.state != REVIEW_OWED:
        raise MoveRefused(say("A review is written from the resolution on until it is signed."))
    return record, row
