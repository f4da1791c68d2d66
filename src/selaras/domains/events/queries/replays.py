"""Reads of replays: what was asked for, how far each is, and what came of it."""

from typing import Any

import msgspec

from selaras.domains.duty.queries.policies import list_policy_names
from selaras.domains.events.contracts.replaying import Replayed, ReplayRow
from selaras.domains.events.models import Replay
from selaras.domains.events.rule_file import written
from selaras.domains.events.rule_set import from_stored
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_teams, require
from selaras.kernel.errors import NotFound
from selaras.kernel.sentences import Sentence


def list_replays(actor: Actor, *, limit: int = 20) -> list[ReplayRow]:
    """The last that were asked for, newest first, without their results; one query. Raises NotAllowed."""
    require(actor, "events.rules")
    return [_row(row) for row in Replay.objects.defer("result", "rules").order_by("-id")[:limit]]


def get_replay(actor: Actor, replay_id: int) -> ReplayRow:
    """One, with its draft as a file and what came of it. Raises NotAllowed, NotFound."""
    require(actor, "events.rules")
    row = Replay.objects.filter(pk=replay_id).first()
    if row is None:
        raise NotFound(str(replay_id))
    teams, policies = {team.id: team.slug for team in list_teams()}, {one.id: one.slug for one in list_policy_names()}
    file = written([from_stored(stored) for stored in row.rules], teams, policies)
    return _row(row, file, msgspec.convert(row.result, Replayed) if row.result else None)


def as_stored_result(result: Replayed) -> Any:
    """A result as JSON."""
    return msgspec.to_builtins(result)


def _row(row: Replay, file: str = "", result: Replayed | None = None) -> ReplayRow:
    same = ("title", "by_name", "made_at", "since", "until", "looked_at", "reached", "ended_at")
    told = {name: getattr(row, name) for name in same}
    trouble = Sentence.from_json(row.trouble) if row.trouble else None
    return ReplayRow(id=row.pk, file=file, result=result, trouble=trouble, **told)
