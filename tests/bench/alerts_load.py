"""A million open alerts with their assessments, made in the database; the indexes are those of the product."""

import json

from django.db import connection

from selaras.domains.events.actions.sources import create_source
from selaras.domains.people.contracts import Role
from selaras.kernel.sentences import say
from tests.factories import SYSTEM, make_person, make_provider

_ALERTS = """
INSERT INTO events_alert (key, source_id, starts_at, ends_at, check_at, first_seen, last_seen, received, changed_batch,
    episode, state, timed_out, generator_url, annotations, labels)
SELECT md5(n::text)::uuid, CASE WHEN n %% 1000 = 0 THEN %(quiet)s ELSE %(busy)s END,
    now() - n * interval '1 second', now() + interval '1 day',
    now() + interval '1 day', now(), now(), 1, 0, 1, 'firing', false, 'http://prometheus:9090/graph',
    jsonb_build_object('summary', 'Disk of host ' || n || ' is filling'),
    jsonb_build_object('alertname', (ARRAY['DiskFull', 'HostDown', 'HighLoad', 'Slow', 'CertEnds'])[n %% 5 + 1],
        'instance', 'host-' || n || ':9100', 'job', 'node-' || n %% 50, 'cluster', 'c' || n %% 7,
        'severity', (ARRAY['critical', 'warning', 'info'])[n %% 3 + 1], 'team', 'team-' || n %% 1000)
FROM generate_series(1, %(many)s) AS n"""
_ASSESSED = """
INSERT INTO events_assessment (alert_id, source_id, alert_class, reason, state, changed_at, acknowledged_episode,
    acknowledged_at, acknowledged_by_id, labels)
SELECT id, source_id, CASE labels->>'severity' WHEN 'critical' THEN 'exception' WHEN 'warning' THEN 'warning'
    ELSE 'informational' END, %(reason)s::jsonb, 'firing', starts_at,
    CASE WHEN id %% 2000 = 0 THEN 1 END, now(), %(person)s, labels FROM events_alert"""

_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('events_alert', 'events_assessment')
    AND indexname NOT IN (SELECT conname FROM pg_constraint)"""


def load(many: int) -> None:
    """Fill an empty, migrated database: an operator, two sources of which one sent a thousandth, the alerts."""
    person = make_person(make_provider(), Role.OPERATOR, name="Galih", email="operator@example.com").id
    busy = create_source(by=SYSTEM, name="Prometheus", networks=["127.0.0.0/8"], with_token=False).id
    quiet = create_source(by=SYSTEM, name="Quiet", with_token=True).id
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES)
        indexes = cursor.fetchall()
        for name, _made in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("SET session_replication_role = replica")  # foreign keys hold by making
        cursor.execute(_ALERTS, {"many": many, "busy": busy, "quiet": quiet})
        cursor.execute(_ASSESSED, {"person": person, "reason": json.dumps(say("No rule holds.").as_json())})
        cursor.execute("RESET session_replication_role")
        for _name, made in indexes:
            cursor.execute(made)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
