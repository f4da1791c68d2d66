"""Send what was decided: each delivery is marked in hand and committed before the call, and settled after it.

A process that dies before the mark leaves it to others. One that dies between mark and answer leaves a doubt, which is
told apart from slowness by a lock that the database lets go with the process, and is handled by telling.may_try_again.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import override

from selaras.domains.duty.actions._page import hurry, left, locked_page, note, tell
from selaras.domains.duty.actions.channels import switch_off
from selaras.domains.duty.contracts import ACKNOWLEDGE_PATH, DOUBTFUL, EXHAUSTED, OPEN, SENDING, WAITING
from selaras.domains.duty.contracts.channels import Answer, ChannelKind, Message
from selaras.domains.duty.lifecycle import DELIVERY
from selaras.domains.duty.models import Delivery, Page
from selaras.domains.duty.queries.pages import LINK
from selaras.domains.duty.senders import send
from selaras.domains.duty.telling import may_try_again, wait_after
from selaras.domains.people.queries import get_actor
from selaras.kernel import clock
from selaras.kernel.lifecycle import move
from selaras.kernel.sentences import Sentence, say
from selaras.kernel.wording import spoken

# Before the id of a delivery in the keys of advisory locks: "duty".
_SPACE = 0x64757479 << 31
# What came of a call is known to its sender alone: so long it waits for a database that went away, or is full.
_PATIENCE, _FIRST, _LONGEST = 600.0, 0.05, 1.0  # seconds


@dataclass(frozen=True, slots=True)
class _Work:
    id: int
    kind: ChannelKind
    sealed: bytes
    message: Message


def send_next() -> int:
    """Send the delivery that has waited longest, if one is due; how many. For a loop of the worker, in any number."""
    work = _claim()
    if work is None:
        return 0
    try:
        _settle_surely(work.id, send(work.kind, work.sealed, work.message))
    finally:
        _let_go(work.id)
    return 1


def _settle_surely(delivery_id: int, answer: Answer) -> None:
    """Settle, also if the database went away during the call; else what was sent would count as a doubt."""
    until, wait = time.monotonic() + _PATIENCE, _FIRST
    while True:
        try:
            return _settle(delivery_id, answer)
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            connection.close_if_unusable_or_obsolete()  # a sound one keeps its hold on the delivery
            time.sleep(wait)
            wait = min(_LONGEST, wait * 2)


def settle_interrupted(*, limit: int = 100) -> int:
    """Handle deliveries whose sender is gone; how many. For the schedule, every few seconds."""
    found = Delivery.objects.filter(state=SENDING).order_by("began_at").values_list("pk", flat=True)
    return sum(_if_abandoned(delivery_id) for delivery_id in list(found[:limit]))


@transaction.atomic
def _claim() -> _Work | None:
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("page", "channel")
    row = rows.filter(state=WAITING, next_try_at__lte=clock.now()).order_by("next_try_at").first()
    if row is None or not _take_hold(row.pk):
        return None
    move(row, "begin", life=DELIVERY)
    row.attempts, row.began_at = row.attempts + 1, clock.now()
    row.save(update_fields=["attempts", "began_at"])
    return _Work(row.pk, ChannelKind(row.channel.kind), bytes(row.channel.sealed), _message(row))


@transaction.atomic
def _settle(delivery_id: int, answer: Answer) -> None:
    page, row = _locked(delivery_id)
    if row.state not in (SENDING, DOUBTFUL):
        return  # we lost the database for a while, and it was settled without us
    if answer.unknown and row.state == SENDING:
        _doubt(page, row, answer.words)
        return
    wait = None
    if answer.again and page.state in (OPEN, EXHAUSTED):
        wait = wait_after(row.attempts, last=not left(page, row.person_id, row.round, row.step))
    row.answer = answer.words.as_json()
    if answer.taken:
        move(row, "take", life=DELIVERY)
        row.settled_at = clock.now()
    elif wait is not None:
        move(row, "retry", life=DELIVERY)
        row.next_try_at = clock.now() + wait
    else:
        move(row, "fail", life=DELIVERY)
        row.settled_at = clock.now()
    row.save(update_fields=["answer", "settled_at", "next_try_at"])
    verb = row.state if row.state != WAITING else "retry"
    note(page, verb, person=row.person.name, channel=row.channel.name, answer=answer.words)
    if answer.gone:
        switch_off(row.channel)
        note(page, "gone", person=row.person.name, channel=row.channel.name)
    if not answer.taken and wait is None:
        _next_channel(page, row)


def _doubt(page: Page, row: Delivery, words: Sentence) -> None:
    """It may have been sent or not: tried again where the receiver can tell a repeat, else by the next channel."""
    move(row, "doubt", life=DELIVERY)
    row.doubts += 1
    row.answer = words.as_json()
    again = page.state == OPEN and may_try_again(ChannelKind(row.channel.kind), row.doubts)
    note(page, DOUBTFUL, person=row.person.name, channel=row.channel.name, again=again)
    if again:
        move(row, "retry", life=DELIVERY)
        row.next_try_at = clock.now()
    else:
        row.settled_at = clock.now()
    row.save(update_fields=["doubts", "answer", "next_try_at", "settled_at"])
    if not again:
        _next_channel(page, row)


def _next_channel(page: Page, row: Delivery) -> None:
    """Try the person's next channel, while the step that this was for still runs."""
    if page.state != OPEN or (page.round, page.step) != (row.round, row.step):
        return
    if not tell(page, row.person_id, row.person.name):
        hurry(page)


def _locked(delivery_id: int) -> tuple[Page, Delivery]:
    page = locked_page(Delivery.objects.values_list("page_id", flat=True).get(pk=delivery_id))
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("person", "channel")
    return page, rows.get(pk=delivery_id)


def _message(row: Delivery) -> Message:
    """The message in the language of the one who reads it."""
    page = row.page
    with override(get_actor(row.person_id).language):
        sentence = say("[Selaras] %(subject)s") if page.urgent else say("[Selaras, not urgent] %(subject)s")
        subject = spoken(say(sentence.text, subject=page.subject))
    return Message(
        key=f"selaras-page-{page.pk}-{row.pk}",
        subject=subject,
        body=page.body,
        url=page.url if not page.url.startswith("/") else settings.PUBLIC_URL + page.url,
        acknowledge_url=f"{settings.PUBLIC_URL}/{ACKNOWLEDGE_PATH}{signing.dumps(row.pk, salt=LINK)}",
        urgent=page.urgent,
    )


def _if_abandoned(delivery_id: int) -> bool:
    if not _take_hold(delivery_id):
        return False
    try:
        return _cut_off(delivery_id)
    finally:
        _let_go(delivery_id)


@transaction.atomic
def _cut_off(delivery_id: int) -> bool:
    page, row = _locked(delivery_id)
    if row.state != SENDING:
        return False
    _doubt(page, row, say("The process that was sending this was cut off. It may have been sent."))
    return True


def _take_hold(delivery_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_SPACE + delivery_id])
        return bool(cursor.fetchone()[0])


def _let_go(delivery_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_SPACE + delivery_id])
