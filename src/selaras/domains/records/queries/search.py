"""How text finds records. The inside of `queries`."""

from time import monotonic
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db import connection
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from selaras.domains.records import rules
from selaras.domains.records.models import Record

_CANDIDATES = 100  # newest matches that are ranked against each other
_NEARBY = 500  # newest titles whose words a slip is held against
_COMMON_ROWS = 2000  # a word that more records hold is common
_COMMON_SECONDS = 300
# PostgreSQL's own statistics know the words that most records hold, and how many.
_COMMON = """
SELECT s.elem, s.frequency * c.reltuples
FROM pg_class c, pg_stats p,
     unnest(p.most_common_elems::text::text[], p.most_common_elem_freqs::float8[]) AS s(elem, frequency)
WHERE c.oid = 'records_record'::regclass AND p.schemaname = current_schema() AND p.tablename = 'records_record'
      AND p.attname = 'search_vector' AND s.elem IS NOT NULL
"""

_known: dict[str, tuple[float, dict[str, float]]] = {}


def matching(rows: QuerySet[Record], text: str, *, internal: bool) -> QuerySet[Record]:
    """The rows that hold every word of a text."""
    common = frozenset(word for word, many in _frequent().items() if many > _COMMON_ROWS)
    asked = rules.question(text, internal=internal, common=common)
    if not asked.indexed:
        return rows.none()
    rows = rows.filter(search_vector=_Question(asked.indexed))
    if asked.checked:
        # Behind COALESCE it is no longer the index's column: a condition on the rows that the index gave.
        held = Coalesce(F("search_vector"), Value("", output_field=SearchVectorField()))
        rows = rows.annotate(held=held).filter(held=_Question(asked.checked))
    return rows


def best(rows: QuerySet[Record], text: str, *, internal: bool, limit: int) -> QuerySet[Record]:
    """The newest matches, the best of them first; where nothing matches, those of the text with its slips mended."""
    found = _newest(rows, text, internal=internal)
    if not found:
        text = rules.mended(text, _nearby(rows)) if rules.may_be_mended(text) else ""
        found = _newest(rows, text, internal=internal) if text else []
    question = _Question(rules.question(text, internal=internal).indexed)
    return Record.objects.filter(pk__in=found).order_by(-SearchRank(F("search_vector"), question), "-pk")[:limit]


def _newest(rows: QuerySet[Record], text: str, *, internal: bool) -> list[int]:
    ordered = matching(rows, text, internal=internal).order_by("-opened_at", "-id")
    return list(ordered.values_list("pk", flat=True)[:_CANDIDATES])


def _nearby(rows: QuerySet[Record]) -> set[str]:
    """Words that a slip may have meant: of the newest titles that this person sees, and the common ones."""
    titles = rows.order_by("-opened_at", "-id").values_list("title", flat=True)[:_NEARBY]
    return {word for title in titles for word in rules.words(title)} | set(_frequent())


def _frequent() -> dict[str, float]:
    """The words most records hold, with how many; as old as the statistics, and at most five minutes older."""
    name = str(connection.settings_dict["NAME"])
    read_at, words = _known.get(name, (0.0, {}))
    if not read_at or monotonic() - read_at > _COMMON_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute(_COMMON)
            words = dict(cursor.fetchall())
        _known[name] = monotonic(), words
    return words


class _Question(SearchQuery):
    """A tsquery as rules.question wrote it. `to_tsquery` would take quoted words apart again: "ap-12" into two."""

    def __init__(self, written: str) -> None:
        super().__init__(written, search_type="raw")
        self._written = written

    # Django's own classes give this method three signatures.
    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, list[str]]:  # type: ignore[override]  # see above
        return "%s::tsquery", [self._written]
