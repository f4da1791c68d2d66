"""Alertmanager's API v2, so that Prometheus and everything that speaks to an Alertmanager can post here unchanged."""

from collections.abc import Awaitable, Callable, Mapping

from selaras.domains.events.contracts import Post
from selaras.interfaces.intake.alertmanager_body import Unreadable, read
from selaras.interfaces.intake.alertmanager_read import get_alerts, get_groups, get_receivers, get_status
from selaras.interfaces.intake.alertmanager_silences import delete_silence, get_silence, get_silences, post_silence
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.http import Answer, Request, as_json, problem, wrong_type
from selaras.interfaces.intake.labels import BadAlert
from selaras.kernel import clock

WIRE = "alertmanager_v2"
_ACCEPTED = Answer(200)
_NAMED = 100  # bad alerts named in one answer


async def post_alerts(core: Core, request: Request) -> Answer:
    """Take alerts in; 200 once all are committed, 400 naming each that cannot be taken (the others are kept)."""
    source_id = await core.sources.identify(request.headers, request.client)
    refused = wrong_type(request.headers)
    if refused is not None:
        return refused
    body = await request.body(core.settings.body_limit)
    if not body:
        return problem(422, "alerts in body is required", code=602)
    now = clock.now().timestamp()
    try:
        seen, bad = read(body, source_id, now, core.settings.resolve_timeout, core.labels)
    except Unreadable as error:
        return problem(400, f'parsing alerts body from "" failed, because {error}')
    if seen:
        failed = await core.committer.commit(Post(source_id, WIRE, body, seen))
        if failed:
            places = sorted(set(range(len(seen) + len(bad))) - {index for index, _ in bad})
            bad += [(places[number], BadAlert("alert", "the database refuses it")) for number in failed]
    return _named(bad) if bad else _ACCEPTED


def _named(bad: list[tuple[int, BadAlert]]) -> Answer:
    words = [f"alert {index}: {fault}" for index, fault in sorted(bad, key=lambda pair: pair[0])[:_NAMED]]
    if len(bad) > _NAMED:
        words.append(f"and {len(bad) - _NAMED} more")
    return as_json(400, "; ".join(words))


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    "/api/v2/alerts": {"POST": post_alerts, "GET": get_alerts},
    "/api/v2/alerts/groups": {"GET": get_groups},
    "/api/v2/silences": {"GET": get_silences, "POST": post_silence},
    "/api/v2/silence/{id}": {"GET": get_silence, "DELETE": delete_silence},
    "/api/v2/status": {"GET": get_status},
    "/api/v2/receivers": {"GET": get_receivers},
}
