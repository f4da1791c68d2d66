"""Plans what monitoring reports: alerts that come and go, and the work on those that open an incident."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from selaras.interfaces.cli.demo import phrases
from selaras.interfaces.cli.demo.estate import WALK_TARGET
from selaras.interfaces.cli.demo.organisation import DATABASES, FACILITIES, NETWORK, OPERATIONS, SERVERS
from selaras.interfaces.cli.demo.pace import DAYS, nights
from selaras.interfaces.cli.demo.signals import PROBE, SIGNALS, Signal
from selaras.interfaces.cli.demo.story import Outage, Step
from selaras.interfaces.cli.demo.telling import workers

GRAVE, MILD = 52, 80
# A cause is not used again while its last incident may still be open: it would join that one.
_APART = timedelta(days=6)
_TEAMS = {"Link": NETWORK, "Packet": NETWORK, "Postgres": DATABASES, "Ups": FACILITIES, "Temperature": FACILITIES}
# Hours since it began, kind of alert, item, steps: what fires now.
NOW: tuple[tuple[float, str, str, tuple[str, ...]], ...] = (
    (0.3, "HttpErrorsHigh", "app-bayar", ("start",)),
    (0.7, "LinkDown", "rtr-djj-1", ("assign",)),
    (4.0, "PostgresReplicationLag", "pg-bersama-3", ("assign", "start", "internal")),
    (9.0, "BackupFailed", "db-gudang", ()),
    (30.0, "DiskAlmostFull", "cari-1", ()),
    (2.0, "HighLoad", "hv-cbt-05", ()),
    (70.0, "CertificateExpiresSoon", "gw-api", ()),
    (0.5, "PacketLoss", "rtr-kdi-1", ()),
)
# Kind of alert, item (which has no other trouble), days ago: what comes back until somebody asks for the cause.
RECURRING: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("QueueBacklog", "mq-toko", (66.4, 57.8, 48.3)),
    ("LinkDown", "rtr-fkp-1", (27.3, 18.6, 9.4)),
)


def outages(rng: Random, now: datetime) -> tuple[Outage, ...]:
    """Every alert of the past 90 days, in the order of their times."""
    busy: dict[str, datetime] = {item: now - _APART for _, _, item, _ in NOW} | {WALK_TARGET: now - 2 * _APART}
    busy |= {item: now - timedelta(days=DAYS) for _, item, _ in RECURRING}
    last: dict[str, datetime] = {}
    made = [outage for one in NOW for outage in _present(rng, now, *one)]
    made += [outage for one in RECURRING for outage in _recurring(rng, now, *one)]
    for opens, count in ((True, GRAVE), (False, MILD)):
        signals = [signal for signal in SIGNALS if signal.opens is opens]
        for at in nights(rng, now, count):
            signal = rng.choices(signals, [s.often for s in signals])[0]
            free = [i for i in signal.items if _is_free(i, at, last.get(signal.name + i), busy, opens)]
            if free:
                item = rng.choice(free)
                made.extend(_past(rng, at, signal, item))
                # The grave ones keep their item to themselves, the mild ones only their own kind of alert.
                last.update({s.name + item: at for s in SIGNALS if opens or s is signal})
    return tuple(sorted(made, key=lambda outage: outage.at))


def _is_free(item: str, at: datetime, before: datetime | None, busy: dict[str, datetime], opens: bool) -> bool:
    apart = _APART if opens else timedelta(days=4)
    return (before is None or abs(at - before) > apart) and at < busy.get(item, at + apart)


def _past(rng: Random, at: datetime, signal: Signal, item: str) -> Iterator[Outage]:
    length = timedelta(minutes=rng.uniform(*signal.lasts))
    if not signal.opens:
        yield Outage(at, signal, item, at + length, silent=rng.random() < 0.15)
        return
    steps = _handled(rng, at, signal, length)
    yield Outage(at, signal, item, at + length, steps=steps)
    if signal.name in ("InstanceDown", "LinkDown") and rng.random() < 0.4:
        yield Outage(at + timedelta(seconds=70), PROBE, item, at + length - timedelta(seconds=40))
    if rng.random() < 0.08:
        yield _back_again(rng, signal, item, steps[-1])


def _back_again(rng: Random, signal: Signal, item: str, resolved: Step) -> Outage:
    """The cause is back while the requester could still object: the same incident goes on."""
    at = resolved.at + timedelta(minutes=rng.uniform(40, 300))
    ends = at + timedelta(minutes=rng.uniform(10, 40))
    again = Step(ends + timedelta(minutes=rng.uniform(10, 60)), "resolve", resolved.by, resolved.given)
    return Outage(at, signal, item, ends, steps=(Step(at + timedelta(minutes=6), "start", resolved.by), again))


def _handled(rng: Random, at: datetime, signal: Signal, length: timedelta) -> tuple[Step, ...]:
    """An operator takes it or hands it on, somebody finds the cause; it is resolved when the alert has gone."""
    operator, worker = rng.choice(workers(OPERATIONS)), rng.choice(workers(_team(signal)))
    seen = at + timedelta(minutes=rng.uniform(2, 14) if rng.random() < 0.9 else rng.uniform(20, 70))
    steps = [Step(seen, "assign", operator, {"team_id": _team(signal), "assignee_id": worker})]
    begun = seen + timedelta(minutes=rng.uniform(1, 12))
    steps.append(Step(begun, "start", worker))
    if rng.random() < 0.7:
        steps.append(Step(begun + timedelta(minutes=2), "internal", worker, {"body": signal.internal}))
    if rng.random() < 0.5:
        words = rng.choice(phrases.PROGRESS)
        steps.append(Step(begun + (at + length - at) / 2, "public", worker, {"body": words}))
    solved = max(at + length, steps[-1].at) + timedelta(minutes=rng.uniform(4, 45))
    given = {"cause": signal.cause, "solution": signal.solution}
    return (*sorted(steps, key=lambda step: step.at), Step(solved, "resolve", worker, given))


def _present(
    rng: Random, now: datetime, hours: float, name: str, item: str, verbs: tuple[str, ...]
) -> Iterator[Outage]:
    signal = _named(name)
    at, worker = now - timedelta(hours=hours), rng.choice(workers(_team(signal)))
    given = {"assign": {"team_id": _team(signal), "assignee_id": worker}, "internal": {"body": signal.internal}}
    gap = timedelta(hours=hours) / (len(verbs) + 2)
    steps = tuple(Step(at + gap * n, verb, worker, given.get(verb, {})) for n, verb in enumerate(verbs, 1))
    yield Outage(at, signal, item, None, steps=steps)
    if name == "LinkDown":
        yield Outage(at + gap / 2, PROBE, item, None)


def _recurring(rng: Random, now: datetime, name: str, item: str, days_ago: tuple[float, ...]) -> Iterator[Outage]:
    for days in days_ago:
        yield from _past(rng, now - timedelta(days=days), _named(name), item)


def _named(name: str) -> Signal:
    return next(s for s in SIGNALS if s.name == name)


def _team(signal: Signal) -> str:
    return next((team for start, team in _TEAMS.items() if signal.name.startswith(start)), SERVERS)
