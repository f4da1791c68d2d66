"""The stream itself: a session's cookie opens it, a commit in the database reaches it, a cut heals."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from selaras.domains.people.actions.activity import deactivate_person
from selaras.domains.people.contracts import Actor, Role
from selaras.domains.people.models import Person
from selaras.interfaces.live.app import application, hub, listener
from tests.factories import make_organisation, make_person, make_provider

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 10  # seconds before a test gives up


def cookie_of(actor: Actor) -> str:
    person = Person.objects.get(pk=actor.id or 0)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


class Page:
    """An open page: what it was answered, and the events as they come."""

    def __init__(self) -> None:
        self.status = 0
        self.events: asyncio.Queue[str] = asyncio.Queue()
        self.leave = asyncio.Event()
        self.opened = asyncio.Event()
        self.ended = asyncio.Event()
        self._sent = False

    async def receive(self) -> dict[str, Any]:
        if not self._sent:
            self._sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        if message.get("body"):
            self.opened.set()
        elif message["type"] == "http.response.body":
            self.ended.set()
        for line in message.get("body", b"").decode().splitlines():
            if line.startswith("event: "):
                await self.events.put(line.removeprefix("event: "))


@asynccontextmanager
async def opened(cookie: str) -> AsyncIterator[Page]:
    page = Page()
    scope = {"type": "http", "method": "GET", "path": "/live", "headers": [(b"cookie", cookie.encode())]}
    task = asyncio.ensure_future(application(scope, page.receive, page.send))
    try:
        yield page
    finally:
        page.leave.set()
        await asyncio.wait_for(task, WAIT)


def ask(sql: str, *params: str) -> None:
    """Run a statement on a connection of this thread, and leave none behind."""
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(sql, params)


def tell(organisation: int) -> None:
    payload = {"kind": "record", "id": 5, "number": "INC0000005", "organisation_id": organisation, "public": True}
    ask("SELECT pg_notify('selaras_live', %s)", json.dumps(payload))


async def told(page: Page) -> str:
    """The next event."""
    return await asyncio.wait_for(page.events.get(), WAIT)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        try:
            await story()
        finally:
            await listener.stop()

    asyncio.run(whole())


def test_a_commit_reaches_open_pages_of_those_concerned() -> None:
    provider, customer, other = make_provider(), make_organisation(), make_organisation()
    agent = cookie_of(make_person(provider, Role.AGENT))
    lead = cookie_of(make_person(customer, Role.DECISION_MAKER))

    async def story() -> None:
        async with opened(agent) as desk:
            assert await told(desk) == "resume"  # the listener has connected
            async with opened(lead) as theirs:
                await asyncio.wait_for(theirs.opened.wait(), WAIT)
                await sync_to_async(tell)(other)
                await sync_to_async(tell)(customer)
                assert [await told(desk) for _ in range(2)] == ["record", "record"]
                assert await told(theirs) == "record"
                assert theirs.events.empty()
        assert not hub.clients

    run(story)


def test_the_stream_of_somebody_deactivated_ends_at_once() -> None:
    provider = make_provider()
    administrator, agent = make_person(provider, Role.ADMINISTRATOR), make_person(provider, Role.AGENT)
    cookie = cookie_of(agent)

    def deactivate() -> None:
        with closing(connection):
            deactivate_person(agent.own_id, by=administrator)

    async def story() -> None:
        async with opened(cookie) as page:
            assert await told(page) == "resume"  # the listener has connected
            await sync_to_async(deactivate)()
            await asyncio.wait_for(page.ended.wait(), WAIT)

    run(story)


@pytest.mark.parametrize("cookie", ["", "sessionid=", "sessionid=forged0123456789", "nonsense;;==", "sessionid=\x00"])
def test_without_a_session_there_is_no_stream(cookie: str) -> None:
    async def story() -> None:
        async with opened(cookie) as page:
            page.leave.set()
        assert page.status == 204

    run(story)


def test_somebody_deactivated_is_told_nothing_more() -> None:
    actor = make_person(make_provider(), Role.AGENT)
    cookie = cookie_of(actor)
    Person.objects.filter(pk=actor.id or 0).update(is_active=False)

    async def story() -> None:
        async with opened(cookie) as page:
            page.leave.set()
        assert page.status == 204

    run(story)


def test_a_cut_connection_comes_back_and_pages_look_for_themselves() -> None:
    agent = cookie_of(make_person(make_provider(), Role.AGENT))

    def cut() -> None:
        ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'selaras live'"
            " AND datname = current_database()"
        )

    async def story() -> None:
        async with opened(agent) as page:
            assert await told(page) == "resume"
            await sync_to_async(cut)()
            assert await told(page) == "resume"
            await sync_to_async(tell)(1)
            assert await told(page) == "record"

    run(story)


def test_only_get_is_answered() -> None:
    async def story() -> None:
        page = Page()
        await application({"type": "http", "method": "POST", "path": "/live", "headers": []}, page.receive, page.send)
        assert page.status == 405

    run(story)


def test_shutting_down_ends_every_stream() -> None:
    agent = cookie_of(make_person(make_provider(), Role.AGENT))

    async def story() -> None:
        inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        outbox: asyncio.Queue[Any] = asyncio.Queue()
        life = asyncio.ensure_future(application({"type": "lifespan"}, inbox.get, outbox.put))
        await inbox.put({"type": "lifespan.startup"})
        assert (await outbox.get())["type"] == "lifespan.startup.complete"
        page = Page()
        scope = {"type": "http", "method": "GET", "path": "/live", "headers": [(b"cookie", agent.encode())]}
        stream = asyncio.ensure_future(application(scope, page.receive, page.send))
        await asyncio.wait_for(page.opened.wait(), WAIT)
        await inbox.put({"type": "lifespan.shutdown"})
        await asyncio.wait_for(stream, WAIT)
        await asyncio.wait_for(life, WAIT)

    run(story)
