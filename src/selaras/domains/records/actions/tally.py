"""Keep the counters small."""

from django.db import connection

_FOLD = """
WITH steps AS (DELETE FROM records_tallydelta RETURNING kind, state, priority, team_id, assignee_id, n)
INSERT INTO records_tallydelta (kind, state, priority, team_id, assignee_id, n)
SELECT kind, state, priority, team_id, assignee_id, sum(n) FROM steps
GROUP BY kind, state, priority, team_id, assignee_id HAVING sum(n) <> 0
"""


def fold_tally() -> None:
    """Replace the steps by their sums. Readers see the same totals before, during and after."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
