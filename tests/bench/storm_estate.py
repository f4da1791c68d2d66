"""What bench-storm finds in the installation it loads: hosts and services that alerts lead to, rules of every kind,
somebody on call, a queue with records, and somebody who looks at it.

Run inside the installation (`selaras django shell`), so that secrets are sealed with its own key.
"""

import json
from itertools import count

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from selaras.domains.duty.actions.channels import add_channel
from selaras.domains.duty.contracts.channels import ChannelKind
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.rules import Addition
from selaras.domains.people.contracts import Role
from selaras.domains.people.models import Organisation, Person
from tests.bench.queue_load import load
from tests.bench.storm_shapes import HOSTS, PAGES
from tests.domains.duty.build import make_policy, person, worker
from tests.domains.events.build import make_rule
from tests.factories import SYSTEM, make_person

_HOSTS = """
INSERT INTO services_configurationitem (slug, name, item_class, environment, attributes, version)
SELECT 'app-' || n, 'app-' || lpad(n::text, 8, '0') || '.jkt.example.net', 'host', 'production',
    jsonb_build_object('rack', n %% 40), 1 FROM generate_series(0, %(hosts)s - 1) n;
INSERT INTO services_itemname (item_id, name)
SELECT id, name FROM services_configurationitem WHERE slug LIKE 'app-%%';
INSERT INTO services_dependency (upper_service_id, lower_item_id)
SELECT s.id, i.id FROM services_configurationitem i
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS many FROM services_service) s
    ON s.place = i.id %% s.many
WHERE i.slug LIKE 'app-%%';
"""


def make(channel: str, records: int) -> str:
    """Fill a migrated, empty installation; gives the session of an agent who has signed in, as JSON."""
    load(records)
    with connection.cursor() as cursor:
        cursor.execute(_HOSTS, {"hosts": HOSTS})
    provider = Organisation.objects.get(kind="provider_unit").pk
    create_source(by=SYSTEM, name="Prometheus", networks=["127.0.0.0/8"], with_token=False)
    ayu = worker(provider, "Ayu")
    add_channel(by=ayu, kind=ChannelKind.WEBHOOK, name="hook", address=channel)
    _rules(make_policy((600, [person(ayu)])))
    agent = make_person(provider, Role.AGENT, Role.OPERATOR, name="Dewi", email="dewi@example.com")
    return json.dumps({"session": _signed_in(agent.own_id)})


def _rules(policy_id: int) -> None:
    """Enrichment, inhibition, flapping, and a class for everything; the probes open an incident and page."""
    order = count(1)  # before the rules that every installation begins with
    warning = AlertClass.WARNING
    make_rule(
        by=SYSTEM, order=next(order), name="Where it stands", conditions=[Condition("job", "=", "node")], goes_on=True,
        adds=[Addition("rack", "{item.rack}"), Addition("site", "Jakarta")], alert_class=warning, flap_turns=5,
        flap_minutes=30,
    )  # fmt: skip
    for name in ("MailQueue", "Backup", "Replication", "Temperature"):  # that decide nothing here, and are asked
        make_rule(
            by=SYSTEM, order=next(order), name=name, alert_class=warning,
            conditions=[Condition("alertname", "=~", f"{name}.*"), Condition("env", "=", "production")],
        )  # fmt: skip
    make_rule(
        by=SYSTEM, order=next(order), name="Probes", conditions=[Condition("alertname", "=~", f"{PAGES}.*")],
        alert_class=AlertClass.EXCEPTION, opens_incident=True, policy_id=policy_id,
    )  # fmt: skip
    make_rule(
        by=SYSTEM, order=next(order), name="Disks hold back load", alert_class=warning,
        conditions=[Condition("alertname", "=", "HostOutOfDiskSpace")],
        holds_back=[Condition("alertname", "=", "HostHighCpuLoad")], holds_equal=["instance"],
    )  # fmt: skip
    for pattern in ("Host.*", "Http.*", "Queue.*", "Certificate.*"):
        make_rule(
            by=SYSTEM, order=next(order), name=pattern, conditions=[Condition("alertname", "=~", pattern)],
            alert_class=warning,
        )  # fmt: skip


def _signed_in(person_id: int) -> str:
    who = Person.objects.get(pk=person_id)
    session = SessionStore()
    session[SESSION_KEY] = str(who.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = who.get_session_auth_hash()
    session.create()
    return str(session.session_key)
