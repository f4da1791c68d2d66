"""What the receivers of Alertmanager and Grafana post: a group of alerts by their labels (payload version 4).

An alert here is the same as the one that Prometheus posts itself (same source, same labels). It is repeated only every
few hours, so it fires until its end is told.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from selaras.domains.events.reading.moments import moment_of
from selaras.domains.events.reading.notice import Notice, annotations_from, labels_from, text_of, web_address
from selaras.domains.events.reading.words import Saying, saying_of
from selaras.interfaces.intake.bodies import read_json
from selaras.interfaces.intake.callers import caller
from selaras.interfaces.intake.core import Core
from selaras.interfaces.intake.fields import WrongField, a_list, a_text, an_object, an_object_or_none
from selaras.interfaces.intake.http import Answer, Request, problem
from selaras.interfaces.intake.notices import take

_NAMED = 100  # bad alerts named in one answer
# Grafana's additions, and what they are called as annotations.
_ADDED = {
    "valueString": "value",
    "dashboardURL": "dashboard_url",
    "panelURL": "panel_url",
    "imageURL": "image_url",
    "silenceURL": "silence_url",
}
_LEGACY_ENDS = frozenset({"ok", "paused"})


async def post_alertmanager(core: Core, request: Request) -> Answer:
    """A group from Alertmanager's webhook receiver: 200 once committed, 400 naming each alert that cannot be taken."""
    return await _post(core, request, "alertmanager_webhook")


async def post_grafana(core: Core, request: Request) -> Answer:
    """The same of Grafana, whose body before unified alerting is one rule's."""
    return await _post(core, request, "grafana_webhook")


async def _post(core: Core, request: Request, wire: str) -> Answer:
    source_id = await caller(core, request)
    body, value = await read_json(core, request)
    try:
        notices, bad = _read(an_object(value, "body"))
    except WrongField as error:
        return problem(400, str(error))
    failed = await take(core, source_id, wire, body, notices)
    bad += [f"alert {number}: the database refuses it" for number in failed]
    more = [f"and {len(bad) - _NAMED} more"] if len(bad) > _NAMED else []
    return problem(400, "; ".join([*bad[:_NAMED], *more])) if bad else Answer(200)


def _read(group: dict[str, Any]) -> tuple[list[Notice], list[str]]:
    if "alerts" not in group and "ruleName" in group:
        return [_legacy(group)], []
    notices, bad = [], []
    for number, item in enumerate(a_list(group.get("alerts"), "alerts")):
        try:
            notices.append(_alert(an_object(item, "alert"), group))
        except WrongField as error:
            bad.append(f"alert {number}: {error}")
    return notices, bad


def _alert(alert: dict[str, Any], group: dict[str, Any]) -> Notice:
    labels = labels_from(an_object(alert.get("labels"), "labels"))
    if not labels:
        raise WrongField("labels", "at least one label pair required")
    status = a_text(alert, "status") or a_text(group, "status") or "firing"
    saying = saying_of(status)
    if saying not in (Saying.FIRING, Saying.RESOLVED):
        raise WrongField("status", f"firing or resolved is expected, not {status[:40]}")
    told = {**an_object_or_none(alert, "annotations"), **{name: alert.get(field) for field, name in _ADDED.items()}}
    values = alert.get("values")
    if isinstance(values, dict):
        told["values"] = ", ".join(f"{name}={text_of(value, 100)}" for name, value in sorted(values.items()))
    return Notice(
        saying,
        labels,
        annotations_from(told),
        starts=_moment(alert, "startsAt"),
        ends=_moment(alert, "endsAt"),
        url=web_address(alert.get("generatorURL")),
    )


def _moment(alert: dict[str, Any], field: str) -> float | None:
    text = a_text(alert, field)
    found = moment_of(text)
    if text and found is None and not text.startswith("0001-"):
        raise WrongField(field, f"not a time by RFC 3339: {text[:80]}")
    return found


def _legacy(rule: dict[str, Any]) -> Notice:
    labels = {"alertname": a_text(rule, "ruleName"), **an_object_or_none(rule, "tags")}
    matches = rule.get("evalMatches")
    found = [m for m in matches if isinstance(m, dict)] if isinstance(matches, list) else []
    values = [f"{text_of(m.get('metric'), 200)}={text_of(m.get('value'), 50)}" for m in found]
    told = {"summary": rule.get("message") or rule.get("title"), "value": ", ".join(values)}
    return Notice(
        Saying.RESOLVED if a_text(rule, "state").lower() in _LEGACY_ENDS else Saying.FIRING,
        labels_from(labels),
        annotations_from({**told, "image_url": rule.get("imageUrl")}),
        identity={"grafana_rule": a_text(rule, "ruleId") or a_text(rule, "ruleName")},
        url=web_address(rule.get("ruleUrl")),
    )


ROUTES: Mapping[str, Mapping[str, Callable[[Core, Request], Awaitable[Answer]]]] = {
    "/webhooks/alertmanager": {"POST": post_alertmanager},
    "/webhooks/grafana": {"POST": post_grafana},
}
