"""Pure: what an alert's trace says of whether anybody was told. "Why was nobody told?" has one answer, here."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from selaras.domains.events.contracts.alerts import ChangeRow, EpisodeRow
from selaras.domains.events.contracts.tracing import Telling, Told, TraceRow, TraceStep
from selaras.kernel.sentences import say

_OUTCOMES = {
    TraceStep.CLASSED: Telling.NOBODY,
    TraceStep.HELD: Telling.NOBODY,
    TraceStep.WAITS: Telling.WAITS,
    TraceStep.INCIDENT: Telling.QUEUE,
    TraceStep.NOT_TOLD: Telling.QUEUE,
    TraceStep.TOLD: Telling.CALLED,
}


def told(newest_first: Iterable[TraceRow], episode: int) -> Told:
    """The outcome of an episode: the last of its lines that tells one. A class alone means that nothing followed.

    What holds it back later takes back nobody that was told before.
    """
    lines = [row for row in newest_first if row.episode == episode and row.step in _OUTCOMES]
    if not lines:
        return Told(Telling.WAITS, say("Nothing was decided about it since it fired the last time."))
    last = next((row for row in lines if _OUTCOMES[row.step] in (Telling.QUEUE, Telling.CALLED)), lines[0])
    return Told(_OUTCOMES[last.step], last.sentence, last.record_number, last.page_id)


def by_episode(changes: Sequence[ChangeRow], trace: Sequence[TraceRow]) -> tuple[EpisodeRow, ...]:
    """What happened, the last episode first, each in order. A line of no episode goes to the one of its time."""
    starts = sorted(((change.at, change.episode) for change in changes), key=lambda pair: pair[0])

    def episode_of(row: ChangeRow | TraceRow) -> int:
        if row.episode is not None:
            return row.episode
        return next((episode for at, episode in reversed(starts) if at <= row.at), starts[0][1] if starts else 1)

    rows: list[ChangeRow | TraceRow] = sorted((*reversed(changes), *reversed(trace)), key=lambda row: row.at)
    rows.sort(key=episode_of, reverse=True)
    return tuple(EpisodeRow(number, tuple(lines)) for number, lines in groupby(rows, episode_of))
