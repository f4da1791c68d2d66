"""What must not wait behind a flood: while more waits than a pass takes, it looks further on for what calls people, and
takes that first.

Each change is looked at once, by its own labels only, which costs a tenth of its assessment. With an alert come all of
its changes, in order. Alerts that may hold others back come too, so that nobody is called for what is explained.
"""

from selaras.domains.events.actions._follow import Pending, pending_of, waiting_labels
from selaras.domains.events.inhibiting import inhibitions, keys_left
from selaras.domains.events.models import Cursor
from selaras.domains.events.queries.rules import compiled_rules
from selaras.domains.events.rules import verdict

LOOKED_AT = 5_000  # changes a pass: some 200 ms


def take_ahead(cursor: Cursor, behind: int, limit: int) -> list[Pending]:
    """Up to `limit` changes behind this one that must not wait; for a locked cursor, which notes how far was looked."""
    seen = waiting_labels(max(behind, cursor.looked_id), LOOKED_AT)
    if not seen:
        return []
    rules = compiled_rules()
    holding = inhibitions(rules)
    urgent: set[int] = set()
    for change_id, alert_id, labels in seen:
        cursor.looked_id = change_id
        decided = verdict(labels, rules)
        opens = decided.rule is not None and decided.rule.opens_incident
        if opens or decided.wants_more or keys_left({**labels, **decided.added}, holding):
            urgent.add(alert_id)
            if len(urgent) == limit:
                break
    return pending_of(urgent, behind, limit) if urgent else []
