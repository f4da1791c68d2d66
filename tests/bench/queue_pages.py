"""The pages that `make bench-queue` asks for, and by whom; and the same answers as others would find them."""

from collections.abc import Callable, Iterable, Sequence
from itertools import cycle, pairwise

from django.db import connection
from django.test import Client

from selaras.domains.people.contracts import Role
from selaras.domains.people.models import Person
from selaras.domains.people.queries import get_actor
from selaras.domains.records.contracts import RecordFilter, Sort
from selaras.domains.records.models import Record
from selaras.domains.records.queries import list_records
from tests.bench.queue_cases import ENTRIES
from tests.bench.queue_words import Vocabulary

Page = Callable[[], int]
"""Asks for a page; how many rows it shows."""
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_STEP = 10_000
_DEEP = 20  # places that deep pages begin at


def pages() -> dict[str, Page]:
    """Every page by name; each call asks for the next of its addresses."""
    agent = Person.objects.filter(duty_roles__role=Role.AGENT).order_by("pk")[3]
    big, small = _customers()
    desk = _signed_in(agent)
    common, rare = Vocabulary().words[:8], _rare()
    cases = Record.objects.filter(clocks__isnull=False).distinct().values_list("number", flat=True)
    everything = RecordFilter(open=None, sort=Sort.NEWEST)
    return {
        "queue, first page": _page(desk, ["/"]),
        "queue, deep in it": _page(desk, [f"/?after={key}" for key in _keys(agent, RecordFilter())]),
        "queue, by priority": _page(desk, ["/?sort=priority"]),
        "queue, busiest team": _page(desk, [f"/?team={_busiest()}"]),
        "queue, mine": _page(desk, ["/?view=mine"]),
        "queue, one customer": _page(desk, [f"/?organisation={p.organisation_id}" for p in (big, small)]),
        "queue, common word": _page(desk, [f"/?q={word}" for word in common]),
        "all with closed ones, first page": _page(desk, ["/?closed=1&sort=newest"]),
        "all with closed ones, deep in it": _page(
            desk, [f"/?closed=1&sort=newest&after={key}" for key in _keys(agent, everything)]
        ),
        "all with closed ones, by due time": _page(desk, ["/?closed=1"]),
        "all with closed ones, by priority": _page(desk, ["/?closed=1&sort=priority"]),
        "all with closed ones, common word": _page(desk, [f"/?closed=1&sort=newest&q={word}" for word in common]),
        "all with closed ones, common word by due": _page(desk, [f"/?closed=1&q={word}" for word in common]),
        "all with closed ones, rare word by due": _page(desk, [f"/?closed=1&q={word}" for word in rare]),
        "search, rare word": _page(desk, [f"/search?q={word}" for word in rare]),
        "search, common word": _page(desk, [f"/search?q={word}" for word in common]),
        "search, two common words": _page(desk, [f"/search?q={a}+{b}" for a, b in pairwise(common)]),
        "search, common and rare word": _page(desk, [f"/search?q={common[0]}+{word}" for word in rare]),
        "search, while one types": _page(desk, [f"/search/suggest?q={word[:3]}" for word in common]),
        "search, a slip": _page(desk, ["/search?q=printre", "/search?q=jaringna", "/search?q=pasword"]),
        "search, nothing like it": _page(desk, ["/search?q=zzyzxq", "/search?q=qwrtzpx"]),
        f"record page with {ENTRIES} entries": _page(desk, [f"/r/{number}" for number in cases]),
        "large customer's decision maker, records": _page(_signed_in(big), ["/mine"]),
        "large customer's decision maker, search": _page(_signed_in(big), [f"/search?q={word}" for word in common]),
        "small customer's decision maker, records": _page(_signed_in(small), ["/mine"]),
        "small customer's decision maker, search": _page(_signed_in(small), [f"/search?q={word}" for word in common]),
        "small customer's decision maker, rare word": _page(_signed_in(small), [f"/search?q={word}" for word in rare]),
        "requester, records": _page(_signed_in(_requester()), ["/mine"]),
        "requester, search": _page(_signed_in(_requester()), [f"/search?q={word}" for word in common]),
    }  # fmt: skip


def references() -> dict[str, Page]:
    """The deep page by OFFSET and the counters counted, as SQL alone, without any page around it."""
    middle = Record.objects.count() // 2
    deep = "SELECT * FROM records_record ORDER BY opened_at DESC, id DESC LIMIT 50 OFFSET %s"
    counted = "SELECT count(*), count(*) FILTER (WHERE closed_at IS NULL) FROM records_record"
    ranked = (
        "SELECT id FROM records_record WHERE search_vector @@ %s::tsquery"
        " ORDER BY ts_rank(search_vector, %s::tsquery) DESC LIMIT 50"
    )
    word = Vocabulary().words[0]
    return {
        "reference: deep page by OFFSET": _sql(deep, middle),
        "reference: counters by count(*)": _sql(counted),
        "reference: common word, all ranked": _sql(ranked, word, word),
    }


def _page(client: Client, addresses: Iterable[str]) -> Page:
    turn = cycle(list(addresses))

    def ask() -> int:
        address = next(turn)
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return max(answer.content.count(b' href="/r/'), answer.content.count(b" data-entry="))

    return ask


def _sql(sql: str, *given: int | str) -> Page:
    def ask() -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(given))
            return len(cursor.fetchall())

    return ask


def _signed_in(person: Person) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend=_BACKEND)
    return client


def _customers() -> tuple[Person, Person]:
    """The decision makers of the customers with the most and the fewest records."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id FROM records_affected GROUP BY 1 ORDER BY count(*) DESC")
        ranked = [row[0] for row in cursor.fetchall()]
    leads = Person.objects.filter(duty_roles__role=Role.DECISION_MAKER)
    led = set(leads.values_list("organisation_id", flat=True))
    ranked = [one for one in ranked if one in led]
    return leads.get(organisation_id=ranked[0]), leads.get(organisation_id=ranked[-1])


def _requester() -> Person:
    """Somebody who has asked for something."""
    asked = Record.objects.exclude(requester=None).order_by("-pk").values_list("requester_id", flat=True)[0]
    return Person.objects.get(pk=asked)


def _busiest() -> int:
    """The team with the most open records."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT team_id FROM records_record WHERE closed_at IS NULL GROUP BY 1 ORDER BY count(*) DESC")
        return int(cursor.fetchall()[0][0])


def _rare() -> Sequence[str]:
    """Words that some 70 records hold, whatever the size: a page of hits, in a small or a large haystack."""
    words = Vocabulary()
    place = words.rank_of(share=70 / Record.objects.count())
    return words.words[place : place + 10]


def _keys(person: Person, wanted: RecordFilter) -> list[str]:
    """Keys of places from the middle of a list on."""
    actor = get_actor(person.pk)
    keys: list[str] = []
    after, seen = None, 0
    total = Record.objects.filter(closed_at=None).count() if wanted.open else Record.objects.count()
    step = min(_STEP, total // 4)
    while seen < total // 2:
        page = list_records(actor, wanted, after=after, limit=step)
        after, seen = page.next, seen + step
    while after and len(keys) < _DEEP:
        keys.append(after)
        after = list_records(actor, wanted, after=after, limit=50).next
    return keys
