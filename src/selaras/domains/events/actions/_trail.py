"""The trace of alerts, written: one line at once, or what a pass decided in one statement at its end."""

from collections.abc import Sequence

from selaras.domains.duty.contracts.pages import PageRef
from selaras.domains.events.actions._follow import Pending
from selaras.domains.events.actions._rows import write_rows
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.models import Alert, Trace
from selaras.domains.records.contracts import RecordRef
from selaras.kernel import clock
from selaras.kernel.sentences import Sentence, say


class Trail:
    """What one pass of assessment decided, a line a step."""

    def __init__(self) -> None:
        self._rows: list[Trace] = []

    def add(
        self,
        change: Pending,
        step: TraceStep,
        sentence: Sentence,
        *,
        silence_id: str | None = None,
        record_id: int | None = None,
        page_id: int | None = None,
        other_id: int | None = None,
        window_id: int | None = None,
    ) -> None:
        """A line about the alert of a change, in its episode."""
        row = Trace(alert_id=change.alert_id, at=clock.now(), step=step, episode=change.episode)
        row.sentence = sentence.as_json()
        row.silence_id, row.record_id, row.page_id, row.other_id = silence_id, record_id, page_id, other_id
        row.window_id = window_id
        self._rows.append(row)

    def write(self) -> None:
        """All of it."""
        write_rows(self._rows)


def note(
    alert_id: int,
    sentence: Sentence,
    silence_id: str | None = None,
    *,
    step: TraceStep = TraceStep.SAID,
    episode: int | None = None,
) -> None:
    """One line, at once."""
    Trace.objects.create(
        alert_id=alert_id,
        at=clock.now(),
        step=step,
        episode=episode,
        sentence=sentence.as_json(),
        silence_id=silence_id,
    )


def note_all(alert_ids: Sequence[int], sentence: Sentence, silence_id: str, *, step: TraceStep) -> None:
    """The same line on many, each in the episode that it is in."""
    at, said = clock.now(), sentence.as_json()
    episodes = Alert.objects.filter(pk__in=alert_ids).values_list("pk", "episode")
    Trace.objects.bulk_create(
        Trace(alert_id=pk, at=at, step=step, episode=episode, sentence=said, silence_id=silence_id)
        for pk, episode in episodes
    )


def trace_incident(trail: Trail, change: Pending, record: RecordRef, how: str, rule: RuleRow) -> None:
    """Which incident it opened, joined, or belongs to `again`; and that its rule lets it stand alone, if so."""
    number = record.number
    said = {
        "opened": say("Incident %(number)s was opened for it.", number=number),
        "joined": say("It joined incident %(number)s, which is open for the same cause.", number=number),
        "again": say("It fires again; incident %(number)s, to which it belongs, was told.", number=number),
    }
    sentence = said[how]
    if rule.stands_alone:
        why = say("Rule “%(rule)s” lets it stand alone: nothing else is folded with it.", rule=rule.name)
        sentence = say("%(what)s %(why)s", what=sentence, why=why)
    trail.add(change, TraceStep.INCIDENT, sentence, record_id=record.id)


def trace_page(trail: Trail, change: Pending, record: RecordRef, rule: RuleRow, paged: PageRef | None) -> None:
    """Who was called for its incident, or why nobody was."""
    number = record.number
    if not rule.policy_id:
        said = say("Rule “%(rule)s” calls nobody: %(number)s waits in its team's queue.", rule=rule.name, number=number)
        trail.add(change, TraceStep.NOT_TOLD, said, record_id=record.id)
    elif paged is None:
        said = say("Nobody was called, as somebody works on %(number)s or has finished it.", number=number)
        trail.add(change, TraceStep.NOT_TOLD, said, record_id=record.id)
    else:
        fresh = say("People are called for %(number)s.", number=number)
        open_already = say("People are called for %(number)s already; nobody is called anew.", number=number)
        said = fresh if paged.fresh else open_already
        trail.add(change, TraceStep.TOLD, said, record_id=record.id, page_id=paged.id)
