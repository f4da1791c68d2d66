"""Who may post: tokens, passwords, addresses, proxies; strangers are refused and counted."""

import asyncio
import base64
from ipaddress import ip_network
from typing import Any

from selaras.domains.events.actions.sources import change_source, create_source, renew_token
from selaras.domains.events.contracts.sources import RefusalReason
from selaras.domains.events.models import Alert, Source
from selaras.domains.events.queries.log import list_refused
from tests.factories import SYSTEM, make_organisation
from tests.interfaces.intake.serving import database_url, intake

ALERTS = "/api/v2/alerts"
BODY = [{"labels": {"alertname": "Down"}}]


def ask(*attempts: dict[str, str], dsn: str = "", **settings: Any) -> list[int]:
    """The status of a post with each of these headers."""

    async def run() -> list[int]:
        async with intake(dsn or database_url(), **settings) as client:
            return [(await client.post(ALERTS, json=BODY, headers=headers)).status_code for headers in attempts]

    return asyncio.run(run())


def basic(password: str, user: str = "prometheus") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_a_token_as_bearer_or_password(transactional_db: None) -> None:
    made = create_source(by=SYSTEM, name="Prometheus")
    token = made.token or ""
    assert (
        ask({"authorization": f"Bearer {token}"}, {"authorization": f"bearer  {token}"}, basic(token), basic(token, ""))
        == [200] * 4
    )
    wrong = [
        {},
        {"authorization": "Bearer x"},
        basic("x"),
        {"authorization": "Basic %%%"},
        {"authorization": "Digest x"},
    ]
    assert ask(*wrong) == [401] * 5
    counted = {(row.address, row.reason): row.count for row in list_refused(SYSTEM)}
    assert counted == {
        ("127.0.0.1", RefusalReason.NO_CREDENTIALS): 1, ("127.0.0.1", RefusalReason.UNKNOWN_CREDENTIALS): 4
    }  # fmt: skip
    assert Alert.objects.get().source_id == made.id


def test_the_nearest_network_counts(transactional_db: None) -> None:
    create_source(by=SYSTEM, name="Everybody", networks=["0.0.0.0/0", "::/0"], with_token=False)
    near = create_source(by=SYSTEM, name="This machine", networks=["127.0.0.1/32"], with_token=False)
    assert ask({}) == [200]
    assert Alert.objects.get().source_id == near.id


def test_a_wrong_token_is_refused_even_from_a_known_address(dsn: str) -> None:
    assert ask({}, {"authorization": "Bearer x"}, dsn=dsn) == [200, 401]


def test_what_a_proxy_says_is_believed_only_of_a_known_one(transactional_db: None) -> None:
    create_source(by=SYSTEM, name="Branch", networks=["203.0.113.0/24"], with_token=False)
    forwarded = {"x-forwarded-for": "198.51.100.1, 203.0.113.9"}
    invented = {"x-forwarded-for": "203.0.113.9, 198.51.100.1"}
    nonsense = {"x-forwarded-for": "203.0.113.9, unknown"}
    assert ask(forwarded) == [401]
    proxies = (ip_network("127.0.0.0/8"),)
    assert ask(forwarded, invented, nonsense, proxies=proxies) == [200, 401, 401]


def test_a_certificate_counts_where_a_known_proxy_has_looked_at_it(transactional_db: None) -> None:
    made = create_source(by=SYSTEM, name="Plant", with_token=False, certificate="CN=prometheus,O=Acme")
    good = {"x-ssl-client-verify": "SUCCESS", "x-ssl-client-s-dn": "CN=prometheus,O=Acme"}
    failed = {**good, "x-ssl-client-verify": "FAILED:expired"}
    stranger = {**good, "x-ssl-client-s-dn": "CN=other"}
    assert ask(good) == [401]  # from anybody: anybody can write it
    proxies = (ip_network("127.0.0.0/8"),)
    assert ask(good, failed, stranger, {**good, "authorization": "Bearer x"}, proxies=proxies) == [200, 401, 401, 401]
    assert Alert.objects.get().source_id == made.id
    counted = {row.reason: row.count for row in list_refused(SYSTEM)}
    assert counted == {RefusalReason.NO_CREDENTIALS: 2, RefusalReason.UNKNOWN_CREDENTIALS: 2}


def test_a_change_is_known_within_the_age_of_the_list(dsn: str) -> None:
    source = Source.objects.get()
    assert ask({}, dsn=dsn) == [200]
    change_source(source.pk, by=SYSTEM, name=source.name, networks=source.networks, enabled=False)
    assert ask({}, dsn=dsn) == [401]


def test_a_renewed_token_replaces_the_old_one_while_intake_runs(transactional_db: None) -> None:
    made = create_source(by=SYSTEM, name="Prometheus")
    old = {"authorization": f"Bearer {made.token}"}

    async def run() -> list[int]:
        async with intake(database_url(), sources_age=0.0) as client:
            before = (await client.post(ALERTS, json=BODY, headers=old)).status_code
            new = await asyncio.to_thread(lambda: renew_token(made.id, by=SYSTEM))
            after = (await client.post(ALERTS, json=BODY, headers=old)).status_code
            fresh = await client.post(ALERTS, json=BODY, headers={"authorization": f"Bearer {new}"})
            return [before, after, fresh.status_code]

    assert asyncio.run(run()) == [200, 401, 200]


def test_a_source_reads_back_only_what_belongs_to_its_own_customer(transactional_db: None) -> None:
    tokens = [create_source(by=SYSTEM, name=f"Customer {n}", organisation_id=make_organisation()).token for n in (1, 2)]

    async def run() -> list[int]:
        async with intake(database_url()) as client:
            one, other = ({"authorization": f"Bearer {token}"} for token in tokens)
            await client.post(ALERTS, json=BODY, headers=one)
            return [len((await client.get(ALERTS, headers=headers)).json()) for headers in (one, other)]

    assert asyncio.run(run()) == [1, 0]
