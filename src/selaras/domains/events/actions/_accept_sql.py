"""The statements of `accept.py`: for what is new or told anew, for what is known by its number, for what was re-sent.

Each list comes as one text, of numbers as PostgreSQL writes an array, of words as JSON: a driver that is given lists
looks at each element in turn, which costs more than all else that intake does with a re-send.
"""

from selaras.domains.events.contracts import LOG_LOCK


def _merge(seen: str, state: str, now: str) -> dict[str, str]:
    """How what was `seen` merges into its alert (a): rules.fold in SQL, each column's new value; a property test holds
    the two together.

    Whether it fires after the merge, `now`, is `state`: kept ends are past only if what was seen is resolved too.
    `check_at` moves forward only when expiry looks (expire.py): a re-send changes no indexed column, so it stays HOT.
    """
    starts, ends, at = f"{seen}.starts_at", f"{seen}.ends_at", f"{seen}.last_seen"
    overlap = (
        f"""(({ends} > a.starts_at AND {ends} < a.ends_at) OR ({starts} > a.starts_at AND {starts} < a.ends_at))"""
    )
    keeps = f"""(a.ends_at > {ends} AND {overlap} AND CASE WHEN {state} = 'resolved'
        THEN a.ends_at <= {now} ELSE NOT a.timed_out END)"""
    return {
        "starts_at": f"CASE WHEN {starts} > a.starts_at AND {overlap} THEN a.starts_at ELSE {starts} END",
        "ends_at": f"CASE WHEN {keeps} THEN a.ends_at ELSE {ends} END",
        "timed_out": f"CASE WHEN {keeps} THEN a.timed_out ELSE {seen}.timed_out END",
        "check_at": f"""CASE WHEN {state} = 'firing' AND (a.state = 'resolved' OR {ends} < a.check_at)
            THEN {ends} ELSE a.check_at END""",
        "last_seen": f"GREATEST(a.last_seen, {at})",
        "received": f"a.received + {seen}.received",
        "changed_batch": f"CASE WHEN a.state <> {state} THEN {seen}.changed_batch ELSE a.changed_batch END",
        "episode": f"a.episode + CASE WHEN a.state = 'resolved' AND {state} = 'firing' THEN 1 ELSE 0 END",
        "state": state,
    }


def _set(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in columns.items())


_ONLY_COUNTED = {"last_seen", "received"}


def _unless_late(columns: dict[str, str], now: str) -> dict[str, str]:
    """The same, but what was written of the alert since `now` stands: then it is only counted that this came too."""
    return {
        name: value if name in _ONLY_COUNTED else f"CASE WHEN a.last_seen > {now} THEN a.{name} ELSE {value} END"
        for name, value in columns.items()
    }


def _sent(named: str, first: int) -> str:
    """What is sent of each alert in either statement, from parameter `first` on; `named` is the type of its name."""
    types = (named, "float8", "float8", "bigint", "boolean", "bigint")
    return f"unnest({', '.join(f'${number}::text::{kind}[]' for number, kind in enumerate(types, start=first))})"


_WRITER_LOCK = f"pg_advisory_xact_lock_shared({LOG_LOCK[0]}, {LOG_LOCK[1]})"

_TOLD = {name: f"EXCLUDED.{name}" for name in ("told", "generator_url", "annotations")}


def _upsert(*, late: bool) -> str:
    """What is new, or told anew. The alerts come in the order of their keys, so that two writers never wait for each
    other in a circle. If it is `late`, each comes with when it came, and what was written since stands."""
    merged = _merge("EXCLUDED", "EXCLUDED.state", "to_timestamp($2)") | _TOLD
    if late:
        merged = _unless_late(merged, "EXCLUDED.last_seen")
    at, ats, named = ("at", ", unnest($17::text::float8[])", ", at") if late else ("$2", "", "")
    return f"""
    INSERT INTO events_alert AS a (key, starts_at, ends_at, check_at, first_seen, last_seen, received, changed_batch,
        episode, state, timed_out, told, source_id, generator_url, annotations, labels)
    SELECT key, to_timestamp(starts), to_timestamp(ends), to_timestamp(ends), to_timestamp({at}), to_timestamp({at}),
        count, $1, 1, CASE WHEN ends <= $2 THEN 'resolved' ELSE 'firing' END, timed_out, told, source_id, url,
        annotations, labels
    FROM {_WRITER_LOCK}, ROWS FROM ({_sent("uuid", 3)}, unnest($13::text::bigint[]),
            jsonb_array_elements_text($14::text::jsonb), jsonb_array_elements($15::text::jsonb),
            jsonb_array_elements($16::text::jsonb){ats})
        AS seen (key, starts, ends, count, timed_out, told, source_id, url, annotations, labels{named})
    ON CONFLICT (key) DO UPDATE SET {_set(merged)}
    RETURNING a.id, a.key, a.told, a.state, a.episode, a.starts_at, a.ends_at, a.changed_batch, a.source_id,
        a.xmax = 0 AS opened"""  # noqa: S608  # our own words only


def _again(sent: str, at: str, only: str = "") -> str:
    """A re-send that says what the row says already: the labels stay where they are, and nothing is parsed.

    Numbers are quicker to find than keys, and what came together lies together. `at` is when it came, `only` what else
    must be so for the row to be written.
    """
    return f"""
    UPDATE events_alert AS a SET {_set(_merge("seen", "seen.state", "seen.last_seen"))}
    FROM (
        SELECT id, told, to_timestamp(starts) AS starts_at, to_timestamp(ends) AS ends_at, count AS received,
            to_timestamp({at}) AS last_seen, $1::bigint AS changed_batch, timed_out,
            CASE WHEN ends <= {at} THEN 'resolved' ELSE 'firing' END AS state
        FROM {_WRITER_LOCK}, {sent}
    ) AS seen
    WHERE a.id = seen.id AND a.told = seen.told{only}
    RETURNING a.id, CASE WHEN a.changed_batch = $1 THEN a END AS alert"""  # noqa: S608  # our own words only


_LOG = """
    INSERT INTO events_change (at, alert_id, batch, episode, state, reason, starts_at, ends_at)
    SELECT to_timestamp($2), id, $1 / 8 * 8, episode, state, 'sent', starts_at, ends_at
    FROM changed
    RETURNING 1"""


# Beside it, in one commit: the bodies of the posts, and what was re-sent of alerts that are written behind it.
_KEPT = """, kept AS (
    INSERT INTO events_rawbatch (id, at, posts, observations, size, body)
    SELECT $1, to_timestamp($2), $9, $10, $11, $12 WHERE $12::bytea IS NOT NULL)"""
_LATER = """, later AS (
    INSERT INTO events_resentbatch (id, at, body) SELECT $1, to_timestamp($2), $17 WHERE $17::bytea IS NOT NULL)"""


def _statement(folded: str, changed: str, beside: str, gives: str) -> str:
    return f"""
WITH folded AS ({folded}
), changed AS ({changed}
), logged AS ({_LOG}
){beside}
SELECT {gives}"""


# One pass over what was written. A row that was inserted has no xmax.
_GIVES = """count(*) FILTER (WHERE changed_batch = $1), array_agg(id ORDER BY key) FILTER (WHERE told <> 0),
    array_agg(source_id) FILTER (WHERE opened)
FROM folded"""

_CHANGED = "SELECT * FROM folded WHERE changed_batch = $1"

STATEMENT = _statement(_upsert(late=False), _CHANGED, _KEPT + _LATER, _GIVES)
"""Parameters: batch, now, six lists of alerts, posts, observations, size, body (NULL in all but the first of a flush),
four more lists of alerts, what was re-sent of others (`_resends.packed`, or NULL). Gives how many alerts changed their
state; the numbers of those of which it is counted what is told, in the order of their keys; and of each that it opened
the source (NULL for none, both)."""

UNFOLDED_STATEMENT = _statement(_upsert(late=True), _CHANGED, _KEPT, _GIVES)
"""For what came a moment ago. Parameters as above, and in place of the last one a list of when each came; gives the
same. What has been written since by somebody else stands."""

_KNOWN = "SELECT (alert).* FROM folded WHERE (alert).id IS NOT NULL"
_CHANGED_AND_STRANGE = """(SELECT count(*) FROM logged),
    CASE WHEN (SELECT count(*) FROM folded) < cardinality($3::text::bigint[])
    THEN ARRAY(SELECT unnest($3::text::bigint[]) EXCEPT SELECT id FROM folded) END"""

KNOWN_STATEMENT = _statement(
    _again(f"{_sent('bigint', 3)} AS sent (id, starts, ends, count, timed_out, told)", "$2"),
    _KNOWN,
    _KEPT,
    _CHANGED_AND_STRANGE + ", CASE WHEN $13::boolean THEN set_config('synchronous_commit', 'off', true) END",
)
"""For alerts that are known with what is told of them. Parameters as above, the numbers of the alerts in place of their
keys, and in place of the last five whether its commit need not be on disk yet: the caller's next one takes it there,
since the log is written in order. Gives also the numbers of those that were not as we knew them (nearly always NULL);
they are not written."""

RESENT_STATEMENT = _statement(
    _again(
        f"ROWS FROM ({_sent('bigint', 3)}, unnest($9::text::float8[]))"
        " AS sent (id, starts, ends, count, timed_out, told, at)",
        "at",
        " AND a.last_seen <= seen.last_seen",
    ),
    _KNOWN,
    "",
    _CHANGED_AND_STRANGE,
)
"""For what was re-sent a while ago. Parameters: batch, now, six lists of alerts by their numbers, and one of when each
came. Gives what KNOWN_STATEMENT gives; strange is also what has been written since by somebody else."""

COUNTED_STATEMENT = """
UPDATE events_alert a SET received = a.received + sent.count
FROM unnest($1::text::bigint[], $2::text::bigint[]) AS sent (id, count) WHERE a.id = sent.id"""
"""For those that were strange to RESENT_STATEMENT: that they came counts, what they said is out of date."""
