"""A bounded storm of Alertmanager posts that remembers what was answered 2xx."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.journeys.harness import Installation

SENDERS = 4
ALERTS = 10
# Between two posts of one sender: about 1,000 alerts a second in all, on a machine shared with others.
PAUSE_SECONDS = 0.03
# One post in so many tells of a cause for an incident.
CRITICAL_EVERY = 40


@dataclass
class Storm:
    """What senders were told: the alert names of each post that was answered 2xx, and how many posts were not."""

    port: int
    answered: set[str] = field(default_factory=set)
    refused: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    senders: list[threading.Thread] = field(default_factory=list)

    def begin(self, first: int) -> None:
        """Set the senders to work, numbered from `first` on."""
        for sender in range(first, first + SENDERS):
            self.senders.append(threading.Thread(target=self.send, args=(sender,), daemon=True))
            self.senders[-1].start()

    def end(self) -> None:
        """No post is on its way any more once this returns."""
        self.over.set()
        for sender in self.senders:
            sender.join()

    def send(self, sender: int) -> None:
        """Post distinct alerts until the storm is over, each post once."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        number = 0
        while not self.over.wait(PAUSE_SECONDS):
            names = [f"storm-{sender}-{number}-{n}" for n in range(ALERTS)]
            number += 1
            if number % CRITICAL_EVERY == 1:  # two alerts of one cause, which has to become one incident
                names[:2] = [f"cause-{sender}-{number}"] * 2
            if _post(connection, names):
                self.answered.update(names)
            else:
                self.refused += 1

    def count(self) -> int:
        """How many alerts were answered 2xx so far."""
        return len(self.answered)


@contextmanager
def storm(port: int, *, first: int = 0) -> Iterator[Storm]:
    """Senders at work inside the block, numbered from `first` on: others send other alerts."""
    one = Storm(port)
    one.begin(first)
    try:
        yield one
    finally:
        one.end()


def know_this_machine(installation: Installation) -> None:
    """A provider, and a source that posts from the loopback address."""
    for wanted in (
        "INSERT INTO events_source (name, networks, enabled) VALUES ('storm', '{127.0.0.0/8}', true)",
        "INSERT INTO people_organisation (slug, name, kind) VALUES ('penyedia', 'Penyedia', 'provider_unit')",
    ):
        installation.run("db", "psql", "-qc", wanted)


def stored(installation: Installation) -> set[str]:
    """The names of all alerts in the database."""
    said = installation.run("db", "psql", "-Atc", "SELECT labels->>'alertname' FROM events_alert")
    return set(said.split())


def _post(connection: http.client.HTTPConnection, names: list[str]) -> bool:
    body = json.dumps([{"labels": _labels(name, n)} for n, name in enumerate(names)])
    try:
        connection.request("POST", "/api/v2/alerts", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200
    except (OSError, http.client.HTTPException):
        connection.close()
        return False


def _labels(name: str, n: int) -> dict[str, str]:
    severity = "critical" if name.startswith("cause-") else "warning"
    return {"alertname": name, "severity": severity, "instance": str(n)}


def incidents_and_causes(installation: Installation) -> tuple[int, int]:
    """How many incidents were opened, and how many causes the storm told of."""
    asked = """
        SELECT (SELECT count(*) FROM incidents_incident),
               (SELECT count(DISTINCT labels->>'alertname') FROM events_alert WHERE labels->>'severity' = 'critical')
    """
    incidents, causes = installation.run("db", "psql", "-Atc", asked).strip().split("|")
    return int(incidents), int(causes)
