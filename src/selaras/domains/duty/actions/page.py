"""Page people for a cause, and take it on or end it."""

import re
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from selaras.domains.duty.actions._page import advance, drop_waiting, locked_page, note
from selaras.domains.duty.contracts import ACKNOWLEDGED, OPEN
from selaras.domains.duty.contracts.pages import PageRef
from selaras.domains.duty.lifecycle import ACKNOWLEDGE, PAGE
from selaras.domains.duty.models import Page, Policy
from selaras.domains.duty.queries.pages import link_page
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import get_actor, require
from selaras.domains.records.queries import visible
from selaras.kernel import clock
from selaras.kernel.errors import Invalid
from selaras.kernel.lifecycle import move
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import Sentence, say

# The list of a page: so many lines of so many characters, below so much text.
_LIST, _LISTED, _LINE, _HEAD = "\n\n• ", 20, 200, 5000
_COUNTED = re.compile(r" \(\+\d+\)$")


@transaction.atomic
def page(
    *,
    by: Actor,
    policy_id: int,
    cause: str,
    subject: str,
    body: str = "",
    record_id: int | None = None,
    url: str = "",
    urgent: bool = True,
) -> PageRef:
    """Tell the first step of a policy; the rest follows by itself until somebody acknowledges.

    At most one page of a cause is open: asked again, the open one is given and nobody is told anew. The messages
    leave after commit (actions/deliver.py). Raises Invalid naming the field, NotAllowed.
    """
    require(by, "duty.page")
    cause, subject = cause.strip(), " ".join(subject.split())
    faults = _faults(by, policy_id, cause, subject, body, record_id, url)
    if faults:
        raise Invalid(faults)
    known = _open(cause)
    if known is not None:
        return PageRef(known.pk, fresh=False)
    row = Page(policy_id=policy_id, cause=cause, subject=subject, body=body, url=url, record_id=record_id)
    row.urgent, row.opened_at, row.due_at = urgent, clock.now(), clock.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # another was faster; its page is the one of this cause
        known = _open(cause)
        if known is None:
            raise
        return PageRef(known.pk, fresh=False)
    note(row, "page", by=by)
    announce("page.open", {"page_id": row.pk, "record_id": record_id, "cause": cause})
    advance(row)
    return PageRef(row.pk, fresh=True)


@transaction.atomic
def move_page(page_id: int, verb: str, *, by: Actor) -> None:
    """Acknowledge or resolve: no further step comes, and what was not yet sent stays unsent. Raises MoveRefused."""
    require(by, ACKNOWLEDGE)
    row = locked_page(page_id)
    made = move(row, verb, life=PAGE)
    row.due_at = None
    if made.target == ACKNOWLEDGED:
        row.acknowledged_by_id, row.acknowledged_at = by.id, clock.now()
    else:
        row.ended_at = clock.now()
    row.save(update_fields=["due_at", "acknowledged_by", "acknowledged_at", "ended_at"])
    drop_waiting(row)
    note(row, verb, by=by)
    announce(f"page.{verb}", {"page_id": row.pk, "record_id": row.record_id, "cause": row.cause, "by": by.id})


def acknowledge_by_link(token: str) -> None:
    """Acknowledge in the name of whom the link was sent to. It works once: afterwards the page is not open."""
    found, person_id = link_page(token)
    move_page(found.id, "acknowledge", by=get_actor(person_id))


def resolve_cause(cause: str, *, by: Actor) -> bool:
    """End the page of a cause that is gone; False if none is open."""
    known = _open(cause.strip())
    if known is None:
        return False
    move_page(known.pk, "resolve", by=by)
    return True


@transaction.atomic
def list_on_page(cause: str, lines: Sequence[str], *, by: Actor) -> bool:
    """Let what is told from now on for a cause name also these; False if none is open.

    The list stands below the text, in place of the former one, and the subject counts those beyond the first.
    Raises NotAllowed.
    """
    require(by, "duty.page")
    known = _open(cause.strip())
    if known is None or not lines:
        return False
    row = locked_page(known.pk)
    more = len(lines) - _LISTED
    listed = [*lines[:_LISTED], *([f"+{more}"] if more > 0 else [])]
    row.body = row.body.split(_LIST)[0][:_HEAD] + "".join([_LIST, "\n• ".join(line[:_LINE] for line in listed)])
    subject = _COUNTED.sub("", row.subject)
    row.subject = f"{subject[:280]} (+{len(lines) - 1})" if len(lines) > 1 else subject
    row.save(update_fields=["body", "subject"])
    return True


def acknowledge_cause(cause: str, *, by: Actor) -> bool:
    """Acknowledge the page of a cause that somebody has taken on elsewhere; False if none waits for it."""
    known = _open(cause.strip())
    if known is None or known.state != OPEN:
        return False
    move_page(known.pk, "acknowledge", by=by)
    return True


def _open(cause: str) -> Page | None:
    return Page.objects.filter(cause=cause, state__in=(OPEN, ACKNOWLEDGED)).first()


def _faults(
    by: Actor, policy_id: int, cause: str, subject: str, body: str, record_id: int | None, url: str
) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not cause or len(cause) > 300 or "\x00" in cause:
        faults["cause"] = say("Name the cause in up to 300 characters.")
    if not subject or len(subject) > 300 or "\x00" in subject:
        faults["subject"] = say("Say in up to 300 characters what it is about.")
    if len(body) > 10_000 or "\x00" in body:
        faults["body"] = say("Use up to 10,000 characters.")
    if url and (len(url) > 500 or not url.startswith(("https://", "http://", "/")) or not url.isprintable()):
        faults["url"] = say("Give an address that begins with https:// or http://.")
    if not Policy.objects.filter(pk=policy_id).exists():
        faults["policy_id"] = say("There is no such policy.")
    if record_id is not None and not visible(by).filter(pk=record_id).exists():
        faults["record_id"] = say("There is no such record.")
    return faults
