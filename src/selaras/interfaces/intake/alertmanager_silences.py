"""Alertmanager's API v2 for silences: amtool and everything that speaks to an Alertmanager silences here unchanged."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from selaras.domains.events.actions.keep_silence import NoSilence, end_silence, set_silence
from selaras.domains.events.contracts import BadMatcher, Condition
from selaras.domains.events.contracts.silences import BadSilence, SilenceDraft, SilenceRow
from selaras.domains.events.queries.open_alerts import read_filters
from selaras.domains.events.queries.read_silences import read_silence, read_silences
from selaras.domains.events.silencing import in_order, named_by
from selaras.interfaces.intake.alertmanager_read import asked_of, wire_time
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Refuse, Request, as_json, problem, wrong_type
from selaras.kernel import clock

_NO_TIME = datetime(1, 1, 2, tzinfo=UTC)  # Go's zero time, and room for zones
_BODY = 256 * 1024  # bytes of one silence; a matcher is a pattern to compile and to ask of every alert
_OPERATORS = {(True, False): "=", (False, False): "!=", (True, True): "=~", (False, True): "!~"}


class _Matcher(msgspec.Struct, rename="camel"):
    name: str | None = None
    value: str | None = None
    is_regex: bool | None = None
    is_equal: bool | None = None


class _Silence(msgspec.Struct, rename="camel"):
    id: str | None = None
    matchers: list[_Matcher] | None = None
    starts_at: str | None = None
    ends_at: str | None = None
    created_by: str | None = None
    comment: str | None = None


_decode = msgspec.json.Decoder(_Silence).decode


async def post_silence(core: Core, request: Request) -> Answer:
    """Make a silence, or change the one named by `id`; the id of what there is now."""
    source_id = await core.sources.identify(request.headers, request.client)
    refused = wrong_type(request.headers)
    if refused is not None:
        return refused
    given = _read(await request.body(_BODY))
    draft, now = _draft(given), clock.now()
    asked = _uuid(given.id) if given.id else None
    if given.id and asked is None:
        return as_json(404, "silence not found")
    try:
        async with core.reading() as connection:
            made = await set_silence(connection, source_id, asked, draft, now)
    except BadSilence as error:
        before = "silence invalid" if error.field == "matchers" else "Failed to create silence"
        return as_json(400, f"{before}: {error}")
    except NoSilence:
        return as_json(404, "silence not found")
    return as_json(200, {"silenceID": made})


async def get_silences(core: Core, request: Request) -> Answer:
    """The silences of the asker's organisation, filtered by matchers that are their own to the letter."""
    source_id = await core.sources.identify(request.headers, request.client)
    try:
        filters = read_filters(asked_of(request).get("filter", []))
    except BadMatcher as error:
        return as_json(400, str(error))
    now = clock.now()
    async with core.reading() as connection:
        rows = await read_silences(connection, source_id, now)
    return as_json(200, [_gettable(row, now) for row in in_order(rows, now) if named_by(row, filters)])


async def get_silence(core: Core, request: Request) -> Answer:
    """One silence."""
    source_id = await core.sources.identify(request.headers, request.client)
    async with core.reading() as connection:
        row = await read_silence(connection, source_id, _id(request))
    return as_json(200, _gettable(row, clock.now())) if row else as_json(404, "silence not found")


async def delete_silence(core: Core, request: Request) -> Answer:
    """End it now. (Alertmanager answers 500 for one that it does not know; its document says 404.)"""
    source_id = await core.sources.identify(request.headers, request.client)
    try:
        async with core.reading() as connection:
            await end_silence(connection, source_id, _id(request), clock.now())
    except NoSilence:
        return as_json(404, "silence not found")
    return Answer(200)


def _id(request: Request) -> str:
    given = request.path.rpartition("/")[2]
    asked = _uuid(given)
    if asked is None:
        raise Refuse(problem(422, f'silenceID in path must be of type uuid: "{given}"', code=601))
    return asked


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _read(body: bytes) -> _Silence:
    if not body:
        raise Refuse(problem(422, "silence in body is required", code=602))
    try:
        given = _Silence() if body.strip() == b"null" else _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refuse(problem(400, f'parsing silence body from "" failed, because {error}')) from None
    _require(
        comment=given.comment,
        createdBy=given.created_by,
        endsAt=given.ends_at,
        matchers=given.matchers,
        startsAt=given.starts_at,
    )
    if not given.matchers:
        raise Refuse(problem(422, "matchers in body should have at least 1 items", code=612))
    return given


def _require(within: str = "", /, **given: object) -> None:
    """Refuse the first that is missing, in the order in which Alertmanager asks."""
    for name, value in given.items():
        if value is None:
            raise Refuse(problem(422, f"{within}{name} in body is required", code=602))


def _draft(given: _Silence) -> SilenceDraft:
    matchers = tuple(_condition(index, matcher) for index, matcher in enumerate(given.matchers or ()))
    draft = SilenceDraft(
        matchers=matchers,
        starts_at=_time("startsAt", given.starts_at or ""),
        ends_at=_time("endsAt", given.ends_at or ""),
        created_by=given.created_by or "",
        comment=given.comment or "",
    )
    texts = (draft.created_by, draft.comment, *(part for c in matchers for part in (c.label, c.value)))
    if any("\0" in text for text in texts):
        raise Refuse(problem(400, "the silence contains U+0000, which cannot be stored"))
    return draft


def _condition(index: int, matcher: _Matcher) -> Condition:
    _require(f"matchers.{index}.", isRegex=matcher.is_regex, name=matcher.name, value=matcher.value)
    equal = matcher.is_equal is not False
    return Condition(matcher.name or "", _OPERATORS[equal, bool(matcher.is_regex)], matcher.value or "")


def _time(field: str, text: str) -> datetime:
    if not text:
        return _NO_TIME
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        words = f'parsing silence body from "" failed, because {field} is not a time by RFC 3339: {text[:80]}'
        raise Refuse(problem(400, words)) from None
    return max(moment if moment.tzinfo else moment.replace(tzinfo=UTC), _NO_TIME)


def _gettable(row: SilenceRow, now: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": {"state": row.state_at(now)},
        "updatedAt": wire_time(row.updated_at),
        "comment": row.comment,
        "createdBy": row.created_by,
        "endsAt": wire_time(row.ends_at),
        "matchers": [
            {"isEqual": c.op in ("=", "=~"), "isRegex": c.op in ("=~", "!~"), "name": c.label, "value": c.value}
            for c in row.matchers
        ],
        "startsAt": wire_time(row.starts_at),
    }
