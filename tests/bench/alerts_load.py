"""A million open alerts with their assessments, made in the database; the indexes are those of the product."""

from django.db import connection

from selaras.domains.events.actions.sources import create_source
from selaras.domains.people.contracts import Role
from tests.factories import SYSTEM, make_person, make_provider

_ALERTS = """
INSERT INTO events_alert (key, source_id, starts_at, ends_at, check_at, first_seen, last_seen, received, changed_batch,
    episode, state, timed_out, generator_url, annotations, labels)
SELECT md5(n::text)::uuid, %(source)s, now() - n * interval '1 second', now() + interval '1 day',
    now() + interval '1 day', now(), now(), 1, 0, 1, 'firing', false, 'http://prometheus:9090/graph',
    jsonb_build_object('summary', 'Disk of host ' || n || ' is filling'),
    jsonb_build_object('alertname', (ARRAY['DiskFull', 'HostDown', 'HighLoad', 'Slow', 'CertEnds'])[n %% 5 + 1],
        'instance', 'host-' || n || ':9100', 'job', 'node-' || n %% 50, 'cluster', 'c' || n %% 7,
        'severity', (ARRAY['critical', 'warning', 'info'])[n %% 3 + 1], 'team', 'team-' || n %% 1000)
FROM generate_series(1, %(many)s) AS n"""
_ASSESSED = """
INSERT INTO events_assessment (alert_id, source_id, alert_class, reason, state, changed_at)
SELECT id, source_id, CASE labels->>'severity' WHEN 'critical' THEN 'exception' WHEN 'warning' THEN 'warning'
    ELSE 'informational' END, '"As its severity says."', 'firing', starts_at FROM events_alert"""


def load(many: int) -> None:
    """Fill an empty, migrated database: an operator, two sources of which one sent a thousandth, the alerts."""
    make_person(make_provider(), Role.OPERATOR, name="Galih", email="operator@example.com")
    busy = create_source(by=SYSTEM, name="Prometheus", networks=["127.0.0.0/8"], with_token=False).id
    quiet = create_source(by=SYSTEM, name="Quiet", with_token=False).id
    with connection.cursor() as cursor:
        cursor.execute(_ALERTS, {"many": many, "source": busy})
        cursor.execute("UPDATE events_alert SET source_id = %s WHERE id %% 1000 = 0", [quiet])
        cursor.execute(_ASSESSED)
        cursor.execute(
            "UPDATE events_assessment SET acknowledged_episode = 1, acknowledged_at = now(), acknowledged_by_id = "
            "(SELECT id FROM people_person WHERE email = 'operator@example.com') WHERE alert_id %% 2000 = 0"
        )
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
