"""A page: told once a cause, step after step, channel after channel, until somebody has it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import time, timedelta
from typing import Any

import pytest
from django.core import mail, signing
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from selaras.domains.duty.actions import deliver
from selaras.domains.duty.actions.channels import add_channel, remove_channel, set_quiet
from selaras.domains.duty.actions.deliver import send_next, settle_interrupted
from selaras.domains.duty.actions.escalate import escalate_due
from selaras.domains.duty.actions.page import acknowledge_by_link, move_page, page, resolve_cause
from selaras.domains.duty.contracts.channels import Answer, ChannelKind, Message
from selaras.domains.duty.contracts.pages import PageRef
from selaras.domains.duty.models import Channel, Delivery, PageEntry
from selaras.domains.duty.queries import get_page, get_policy, list_pages, would_be_told
from selaras.domains.duty.senders import apprise
from selaras.domains.people.contracts import Actor, Role
from selaras.kernel import clock
from selaras.kernel.errors import Invalid, MoveRefused, NotAllowed, NotFound
from selaras.kernel.sentences import say
from tests.domains.duty.build import NOON, layer, make_policy, make_rota, person, rota, worker
from tests.factories import SYSTEM, make_organisation, make_person, make_provider

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def team(settings: Any) -> Iterator[tuple[Actor, Actor]]:
    settings.EMAIL_HOST = "mail.example"
    settings.PUBLIC_URL = "https://selaras.example"
    provider = make_provider()
    with clock.frozen(NOON):
        yield worker(provider, "Ayu"), worker(provider, "Bima")


def call(policy_id: int, cause: str = "db-1 is down", **more: Any) -> PageRef:
    return page(by=SYSTEM, policy_id=policy_id, cause=cause, subject="db-1 tidak menjawab", **more)


def send_all() -> int:
    sent = 0
    while send_next():
        sent += 1
    return sent


def later(minutes: float) -> AbstractContextManager[None]:
    return clock.frozen(NOON + minutes * MINUTE)


def states(ref: PageRef) -> list[tuple[int, int, str, str]]:
    return [(d.round, d.step, d.person_name, d.state) for d in get_page(SYSTEM, ref.id).deliveries]


def verbs(ref: PageRef) -> list[str]:
    return [entry.verb for entry in get_page(SYSTEM, ref.id).entries]


def test_one_message_a_cause_until_it_is_over(team: tuple[Actor, Actor]) -> None:
    policy = make_policy((5, [rota(make_rota(layer(team[0])))]))
    first = call(policy, body="Periksa disk")
    assert call(policy) == PageRef(first.id, fresh=False)
    assert send_all() == 1
    (message,) = mail.outbox
    assert "db-1 tidak menjawab" in message.subject
    assert "https://selaras.example/duty/acknowledge/" in message.body
    move_page(first.id, "acknowledge", by=team[0])
    assert not call(policy).fresh
    assert resolve_cause("db-1 is down", by=SYSTEM)
    assert call(policy).fresh
    assert verbs(first) == ["page", "step", "sent", "acknowledge", "resolve"]


def test_the_database_itself_refuses_a_second_open_page_and_a_second_delivery(team: tuple[Actor, Actor]) -> None:
    ref = call(make_policy((5, [person(team[0])])))
    copies = (
        "INSERT INTO duty_page (policy_id, cause, subject, body, url, urgent, state, opened_at, round, step)"
        " SELECT policy_id, cause, subject, body, url, urgent, 'open', opened_at, 1, 1 FROM duty_page",
        "INSERT INTO duty_delivery (page_id, round, step, person_id, channel_id, state, attempts, doubts, answer,"
        " decided_at, next_try_at) SELECT page_id, round, step, person_id, channel_id, 'waiting', 0, 0, '{}',"
        " decided_at, next_try_at FROM duty_delivery",
        f"UPDATE duty_pageentry SET verb = 'x' WHERE page_id = {ref.id}",
        f"UPDATE duty_page SET state = 'exhausted' WHERE id = {ref.id}; UPDATE duty_page SET state = 'open'",
    )
    for copy in copies:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(copy)


def test_it_escalates_step_by_step_round_by_round_and_says_when_nobody_answered(team: tuple[Actor, Actor]) -> None:
    ref = call(make_policy((5, [person(team[0])]), (10, [person(team[1])]), repeats=1))
    for minutes, expected in [(4.9, 0), (5, 1), (5.1, 0), (15, 1), (20, 1), (30, 1), (60, 0)]:
        with later(minutes):
            assert escalate_due() == expected, minutes
            send_all()
    told = [(1, 1, "Ayu", "sent"), (1, 2, "Bima", "sent"), (2, 1, "Ayu", "sent"), (2, 2, "Bima", "sent")]
    assert states(ref) == told
    assert get_page(SYSTEM, ref.id).page.state == "exhausted"
    with pytest.raises(MoveRefused):
        move_page(ref.id, "acknowledge", by=team[0])
    move_page(ref.id, "resolve", by=team[0])


def test_who_has_it_stops_the_rest(team: tuple[Actor, Actor]) -> None:
    ref = call(make_policy((5, [person(team[0]), person(team[1])])))
    send_next()
    move_page(ref.id, "acknowledge", by=team[1])
    assert send_all() == 0
    with later(60):
        assert escalate_due() == 0
    assert [state for *_, state in states(ref)] == ["sent", "dropped"]
    assert get_page(SYSTEM, ref.id).page.acknowledged_by == "Bima"


def test_a_rota_without_anybody_goes_on_at_once(team: tuple[Actor, Actor]) -> None:
    empty = make_rota(layer(team[0], until=layer(team[0]).starts_on.replace(day=9)))
    ref = call(make_policy((30, [rota(empty)]), (5, [person(team[1])])))
    assert escalate_due() == 1
    assert states(ref) == [(1, 2, "Bima", "waiting")]
    assert get_page(SYSTEM, ref.id).entries[1].data["nobody"] == ["Jaga"]


class Provider:
    """Answers in the place of every channel."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> None:
        self.answers, self.keys = list(answers), list[str]()
        monkeypatch.setattr(deliver, "send", self.send)

    def send(self, kind: Any, sealed: Any, message: Message) -> Answer:
        self.keys.append(message.key)
        return self.answers.pop(0) if self.answers else Answer(True, say("fine"))


DOWN, NEVER = Answer(False, say("down"), again=True), Answer(False, say("no such number"))


def test_what_fails_for_now_is_tried_again_with_growing_waits(
    team: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Provider(monkeypatch, DOWN, DOWN)
    ref = call(make_policy((60, [person(team[0])])))
    assert send_all() == 1
    for seconds, sent in [(4, 0), (5, 1), (19, 0), (20, 1), (500, 0)]:
        with clock.frozen(NOON + timedelta(seconds=seconds)):
            assert send_all() == sent, seconds
    assert len(set(provider.keys)) == 1
    assert states(ref) == [(1, 1, "Ayu", "sent")]
    assert verbs(ref)[2:] == ["retry", "retry", "sent"]


def test_the_next_channel_when_one_fails_for_good_and_the_next_step_when_all_do(
    team: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    Provider(monkeypatch, NEVER, NEVER)
    for name in ("utama", "kedua"):
        add_channel(by=team[0], kind=ChannelKind.MAIL, name=name, address=f"{name}@example.com")
    ref = call(make_policy((60, [person(team[0])]), (60, [person(team[1])])))
    assert send_all() == 2
    assert [state for *_, state in states(ref)] == ["failed", "failed"]
    assert escalate_due() == 1
    assert send_all() == 1
    assert states(ref)[2] == (1, 2, "Bima", "sent")


def test_a_page_that_reaches_nobody_stays_open_for_the_time_of_its_last_step(
    team: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    Provider(monkeypatch, NEVER, NEVER)
    ref = call(make_policy((60, [person(team[0])]), (30, [person(team[1])])))
    for _ in range(3):
        send_all()
        escalate_due()
    assert [state for *_, state in states(ref)] == ["failed", "failed"]
    assert get_page(SYSTEM, ref.id).page.due_at == NOON + 30 * MINUTE
    with later(30):
        escalate_due()
    assert get_page(SYSTEM, ref.id).page.state == "exhausted"


def test_quiet_hours_hold_what_is_not_urgent(team: tuple[Actor, Actor]) -> None:
    made = add_channel(by=team[0], kind=ChannelKind.MAIL, name="surel", address="ayu@example.com")
    set_quiet(made.id, by=team[0], start=time(11), end=time(13))
    policy = make_policy((60, [person(team[0])]))
    assert states(call(policy, "calm", urgent=False)) == []
    assert states(call(policy, "grave")) == [(1, 1, "Ayu", "waiting")]


def test_at_night_what_is_not_urgent_takes_the_channel_that_is_awake_by_the_persons_own_clock(
    team: tuple[Actor, Actor],
) -> None:
    loud = add_channel(by=team[0], kind=ChannelKind.MAIL, name="lantang", address="ayu@example.com")
    add_channel(by=team[0], kind=ChannelKind.MAIL, name="malam", address="malam@example.com")
    set_quiet(loud.id, by=team[0], start=time(22), end=time(6))
    policy = make_policy((60, [person(team[0])]))

    def taken(cause: str, hour: int, *, urgent: bool) -> list[str]:
        with clock.frozen(NOON.replace(hour=0) + timedelta(hours=hour - 7)):  # of the clock in Jakarta
            return [d.channel_name for d in get_page(SYSTEM, call(policy, cause, urgent=urgent).id).deliveries]

    assert taken("a", 23, urgent=False) == taken("b", 29, urgent=False) == ["malam"]
    assert taken("c", 23, urgent=True) == taken("d", 30, urgent=False) == taken("e", 21, urgent=False) == ["lantang"]


def interrupt(delivery_id: int) -> None:
    """What a sender leaves that died in the call: the row in hand, and no lock."""
    assert deliver._claim() is not None
    deliver._let_go(delivery_id)


def test_a_doubt_is_repeated_only_where_the_receiver_can_tell(team: tuple[Actor, Actor]) -> None:
    ref = call(make_policy((60, [person(team[0])])))
    delivery = Delivery.objects.get()
    for _ in range(4):
        interrupt(delivery.pk)
        assert settle_interrupted() == 1
        assert states(ref) == [(1, 1, "Ayu", "waiting")]
    interrupt(delivery.pk)
    assert settle_interrupted() == 1
    assert states(ref) == [(1, 1, "Ayu", "doubtful")]
    assert send_all() == 0
    assert verbs(ref)[2:] == [*["doubtful"] * 5, "unreached"]


def test_a_doubt_without_a_key_goes_to_the_next_channel(team: tuple[Actor, Actor]) -> None:
    add_channel(by=team[0], kind=ChannelKind.APPRISE, name="Telegram", address="tgram://1234567890:abcdefghij/12345")
    add_channel(by=team[0], kind=ChannelKind.MAIL, name="surel", address="ayu@example.com")
    ref = call(make_policy((60, [person(team[0])])))
    interrupt(Delivery.objects.get().pk)
    settle_interrupted()
    assert send_all() == 1
    assert [state for *_, state in states(ref)] == ["doubtful", "sent"]
    assert settle_interrupted() == 0


def test_a_messenger_that_does_not_say_in_time_may_have_sent_it(
    team: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_channel(by=team[0], kind=ChannelKind.APPRISE, name="Telegram", address="tgram://1234567890:abcdefghij/12345")
    add_channel(by=team[0], kind=ChannelKind.MAIL, name="surel", address="ayu@example.com")
    ref = call(make_policy((60, [person(team[0])])))
    monkeypatch.setattr(apprise, "SECONDS", 0.01)
    assert send_all() == 2
    assert [state for *_, state in states(ref)] == ["doubtful", "sent"]


def test_the_link_acknowledges_once_for_whom_it_was_sent_to(team: tuple[Actor, Actor]) -> None:
    ref = call(make_policy((60, [person(team[1])])))
    send_all()
    token = str(mail.outbox[0].body).split("/duty/acknowledge/")[1].split()[0]
    acknowledge_by_link(token)
    assert get_page(SYSTEM, ref.id).page.acknowledged_by == "Bima"
    with pytest.raises(MoveRefused):
        acknowledge_by_link(token)
    for wrong in ("", token + "x", signing.dumps(1), signing.dumps(10**9, salt="duty.acknowledge")):
        with pytest.raises(NotFound):
            acknowledge_by_link(wrong)


def test_what_a_channel_holds_is_sealed_and_forgotten_with_it(team: tuple[Actor, Actor]) -> None:
    made = add_channel(by=team[0], kind=ChannelKind.WEBHOOK, name="kait", address="https://hook.example/rahasia")
    assert made.secret.startswith("whsec_")
    sealed = bytes(Channel.objects.get(pk=made.id).sealed)
    assert b"rahasia" not in sealed
    assert b"whsec_" not in sealed
    with pytest.raises(NotFound):
        remove_channel(made.id, by=team[1])
    remove_channel(made.id, by=team[0])
    assert bytes(Channel.objects.get(pk=made.id).sealed) == b""


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (ChannelKind.MAIL, "nobody"),
        (ChannelKind.WEBHOOK, "ftp://x.example"),
        (ChannelKind.WEBHOOK, "http://127.0.0.1/"),
        (ChannelKind.WEBHOOK, "http://[::1]:80/"),
        (ChannelKind.WEBHOOK, "http://localhost/"),
        (ChannelKind.WEBHOOK, "http://[bad"),
        (ChannelKind.APPRISE, "nothing://at/all"),
        (ChannelKind.APPRISE, "syslog://"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(team: tuple[Actor, Actor], kind: ChannelKind, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_channel(by=team[0], kind=kind, name="x", address=address)
    assert refused.value.field == "address"


def test_the_forecast_is_what_happens(team: tuple[Actor, Actor]) -> None:
    policy = make_policy((5, [rota(make_rota(layer(team[0])))]), (10, [person(team[1])]), repeats=1)
    rows = would_be_told(get_policy(SYSTEM, "eskalasi"), at=NOON)
    assert [((r.at - NOON) // MINUTE, r.round, r.step, r.told[0].person_name) for r in rows] == [
        (0, 1, 1, "Ayu"),
        (5, 1, 2, "Bima"),
        (15, 2, 1, "Ayu"),
        (20, 2, 2, "Bima"),
    ]
    ref = call(policy)
    for row in rows[1:]:
        with clock.frozen(row.at):
            escalate_due()
    assert [s[:3] for s in states(ref)] == [(r.round, r.step, r.told[0].person_name) for r in rows]


def test_who_may_page_and_who_may_not(team: tuple[Actor, Actor]) -> None:
    policy = make_policy((5, [person(team[0])]))
    stranger = make_person(make_organisation(), Role.DECISION_MAKER)
    for ask in (
        lambda: page(by=stranger, policy_id=policy, cause="x", subject="x"),
        lambda: list_pages(stranger),
        lambda: move_page(1, "acknowledge", by=stranger),
    ):
        with pytest.raises(NotAllowed):
            ask()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("cause", ""),
        ("subject", "x" * 301),
        ("body", "\x00"),
        ("url", "javascript:alert(1)"),
        ("policy_id", 1),
        ("record_id", 10**9),
    ],
)
def test_a_page_that_cannot_be_names_the_field(team: tuple[Actor, Actor], field: str, wrong: Any) -> None:
    good: dict[str, Any] = {"policy_id": make_policy((5, [person(team[0])])), "cause": "x", "subject": "x"}
    with pytest.raises(Invalid) as refused:
        page(by=SYSTEM, **{**good, field: wrong})
    assert refused.value.field == field
    assert PageEntry.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_reading_pages_asks_the_same_whatever_their_number(
    team: tuple[Actor, Actor], count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    policy = make_policy((5, [person(team[0]), person(team[1])]))
    refs = [call(policy, f"cause {n}") for n in range(count)]
    with django_assert_num_queries(1):
        assert len(list_pages(SYSTEM).rows) == count
    with django_assert_num_queries(3):
        get_page(SYSTEM, refs[0].id)
