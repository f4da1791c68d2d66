"""What the verbs of a page share: its timeline, and telling the people of a step."""

from datetime import timedelta

from django.db import connection

from selaras.domains.duty.actions.channels import own_channels
from selaras.domains.duty.actions.log import log_page, tell_pages
from selaras.domains.duty.contracts import CHANNEL, DOUBTFUL, EXHAUSTED, SENDING, SENT, WAITING
from selaras.domains.duty.lifecycle import DELIVERY, PAGE
from selaras.domains.duty.models import Channel, Delivery, Page, PageEntry, Step
from selaras.domains.duty.queries.policies import load_policy, told_now
from selaras.domains.duty.telling import is_quiet
from selaras.domains.people.contracts import Actor, system_actor
from selaras.domains.people.queries import get_actor
from selaras.kernel import clock
from selaras.kernel.errors import NotFound
from selaras.kernel.lifecycle import move
from selaras.kernel.outbox import announce
from selaras.kernel.sentences import Sentence

SELARAS = system_actor("Selaras")
# What a shift's log tells of a page; its own timeline has the rest.
_LOGGED = frozenset(
    {
        "page",
        "step",
        "sent",
        "failed",
        "gone",
        "doubtful",
        "unreached",
        "hold",
        "release",
        "acknowledge",
        "resolve",
        EXHAUSTED,
    }
)


def locked_page(page_id: int) -> Page:
    """The page, locked until the transaction ends. A page is locked before its deliveries, never after."""
    row = Page.objects.select_for_update().filter(pk=page_id).first()
    if row is None:
        raise NotFound(str(page_id))
    return row


def note(page: Page, verb: str, *, by: Actor = SELARAS, **data: object) -> None:
    """Write an entry of the page's timeline, a sentence among the data as one, and let open pages read again."""
    stored = {k: v.as_json() if isinstance(v, Sentence) else v for k, v in data.items()}
    PageEntry.objects.create(
        page=page, at=clock.now(), verb=verb, actor_id=by.id, actor_name=by.name[:200], data=stored
    )
    if verb in _LOGGED:
        log_page(page, verb, by=by, data=stored)
    tell_pages()


def advance(page: Page) -> None:
    """Tell the next step of a locked, open page; after the last one of the last round, end it as exhausted."""
    now = clock.now()
    policy = load_policy(page.policy_id)
    page.step += 1
    if page.step > len(policy.steps):
        page.round, page.step = page.round + 1, 1
    if page.round > policy.repeats + 1:
        _exhaust(page)
        return
    step = policy.steps[page.step - 1]
    told = told_now(step, now)
    people = {one.person_id: one.person_name for one in told if one.person_id is not None}
    page.due_at = now + timedelta(minutes=step.minutes)
    page.save(update_fields=["round", "step", "due_at"])
    nobody = [one.target.name for one in told if one.person_id is None]
    note(page, "step", round=page.round, step=page.step, people=list(people.values()), nobody=nobody)
    reached = [tell(page, person_id, name) for person_id, name in people.items()]
    if not any(reached):
        hurry(page)


def tell(page: Page, person_id: int, name: str) -> bool:
    """Decide the next channel by which this person is told of this step; False if there is none left."""
    place = {"page": page, "round": page.round, "step": page.step, "person_id": person_id}
    unused = left(page, person_id, page.round, page.step)
    awake = [channel for channel in unused if page.urgent or not _rests(channel)]
    if not awake:
        note(page, "unreached", person=name, quiet=len(unused))
        return False
    now = clock.now()
    Delivery.objects.create(**place, channel=awake[0], decided_at=now, next_try_at=now)
    with connection.cursor() as cursor:  # senders wake with the commit, not with their next look
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return True


def left(page: Page, person_id: int, round_: int, step: int) -> list[Channel]:
    """The person's channels that this step has not used yet, in order."""
    used = Delivery.objects.filter(page=page, round=round_, step=step, person=person_id)
    known = set(used.values_list("channel_id", flat=True))
    return [channel for channel in own_channels(person_id) if channel.pk not in known]


def hurry(page: Page) -> None:
    """Let the next step come at once if nobody of this one can be reached any more.

    The last step of a round keeps its minutes, so that a page which reaches nobody is not over before anybody looks.
    """
    if page.step >= Step.objects.filter(policy=page.policy_id).count():
        return
    alive = Delivery.objects.filter(
        page=page, round=page.round, step=page.step, state__in=(WAITING, SENDING, SENT, DOUBTFUL)
    )
    if not alive.exists():
        page.due_at = clock.now()
        page.save(update_fields=["due_at"])


def drop_waiting(page: Page) -> None:
    """Send nothing more of a page that somebody has."""
    for row in Delivery.objects.select_for_update().filter(page=page, state=WAITING).order_by("id"):
        move(row, "drop", life=DELIVERY)
        row.settled_at = clock.now()
        row.save(update_fields=["settled_at"])


def _exhaust(page: Page) -> None:
    move(page, "exhaust", life=PAGE)
    page.due_at, page.ended_at = None, clock.now()
    page.save(update_fields=["due_at", "ended_at"])
    note(page, EXHAUSTED)
    announce("page.exhaust", {"page_id": page.pk, "record_id": page.record_id, "cause": page.cause})


def _rests(channel: Channel) -> bool:
    zone = get_actor(channel.person_id).timezone
    return is_quiet(channel.quiet_from, channel.quiet_until, clock.now(), zone)
