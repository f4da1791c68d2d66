"""The two append-only logs as tables partitioned by day, the alert table made for re-sends, and what the database refuses."""

from django.db import migrations

from selaras.kernel.lifecycle_guard import append_only, guard

# 0001 has just made these two as plain tables; they are empty. Partitioned ones cannot have a key without `at`.
# Readers follow the log by `id` (actions/_follow.py). bytea that zstd has packed is not packed again.
LOGS = """
DROP TABLE events_change;
CREATE TABLE events_change (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    alert_id bigint NOT NULL,
    batch bigint,
    episode integer NOT NULL,
    state varchar(10) NOT NULL CONSTRAINT change_state_known CHECK (state IN ('firing', 'resolved')),
    reason varchar(10) NOT NULL CONSTRAINT change_reason_known CHECK (reason IN ('sent', 'expired')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX change_of_alert ON events_change (alert_id, id);
CREATE TABLE events_change_default PARTITION OF events_change DEFAULT;

DROP TABLE events_rawbatch;
CREATE TABLE events_rawbatch (
    id bigint NOT NULL,
    at timestamptz NOT NULL,
    posts integer NOT NULL,
    observations integer NOT NULL,
    size bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER TABLE events_rawbatch ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE events_rawbatch_default PARTITION OF events_rawbatch DEFAULT;

-- A writer takes the numbers of a thousand flushes at a time (actions/accept.py).
CREATE SEQUENCE events_rawbatch_block;
"""

# The partition of a day (UTC). Rows outside all of them fall into the default partition: no insert ever fails for want
# of one. ATTACH needs no lock that intake would wait for, as long as the default partition is empty; if it already
# holds rows of that day, the day stays there, and the function says false.
PARTITIONS = """
CREATE FUNCTION events_partition(parent text, day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    part text := parent || '_' || to_char(day, 'YYYYMMDD');
    from_at timestamptz := day::timestamp AT TIME ZONE 'UTC';
    to_at timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
    taken boolean;
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN true;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE at >= $1 AND at < $2)', parent || '_default')
        INTO taken USING from_at, to_at;
    IF taken THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', part, parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, from_at, to_at);
    RETURN true;
END $$;
SELECT events_partition(parent, (now() AT TIME ZONE 'UTC')::date + ahead)
FROM unnest(ARRAY['events_change', 'events_rawbatch']) AS parent, generate_series(0, 7) AS ahead;
"""

# Room on each page for the next version of a row; expiry and re-sends make many versions, so vacuum comes early.
HOT = """
ALTER TABLE events_alert SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_analyze_scale_factor = 0.1);
ALTER SEQUENCE events_alert_id_seq CACHE 20;
"""

SOURCES = """
CREATE FUNCTION events_source_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a source of events is disabled, never deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_source_kept BEFORE DELETE ON events_source FOR EACH ROW EXECUTE FUNCTION events_source_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.RunSQL(LOGS, "DROP SEQUENCE events_rawbatch_block;"),
        append_only("events_change"),
        append_only("events_rawbatch"),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION events_partition(text, date);"),
        migrations.RunSQL(HOT, migrations.RunSQL.noop),
        guard(
            table="events_alert",
            name="alert",
            states=("firing", "resolved"),
            pairs=(("firing", "resolved"), ("resolved", "firing")),
        ),
        migrations.RunSQL(
            SOURCES, "DROP TRIGGER events_source_kept ON events_source; DROP FUNCTION events_source_kept();"
        ),
    ]
