"""Somebody who is paged for every critical alert, and what an installation's own record says of those pages."""

from dataclasses import dataclass

from tests.journeys.channel import Channel
from tests.journeys.harness import Installation, until
from tests.journeys.storm import incidents_and_causes
from tests.journeys.strikes import nothing_is_undone

# Addresses of the own network are called only where the installation says so.
LOOPBACK = {"SELARAS_CALL_PRIVATE_ADDRESSES": "1"}

# Run inside the installation, through the actions that its pages use; sealed with its own key.
_MAKE = """
from selaras.domains.duty.actions.channels import add_channel
from selaras.domains.duty.contracts.channels import ChannelKind
from tests.domains.events.build import make_rule
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.people.models import Organisation
from tests.domains.duty.build import make_policy, person, worker
from tests.factories import SYSTEM

ayu = worker(Organisation.objects.get(slug="penyedia").pk, "Ayu")
add_channel(by=ayu, kind=ChannelKind.WEBHOOK, name="hook", address={address!r})
make_rule(
    by=SYSTEM, name="Critical", conditions=[Condition("severity", "=", "critical")], order=1,
    alert_class=AlertClass.EXCEPTION, opens_incident=True, policy_id=make_policy((600, [person(ayu)])),
)
"""
_TOLD = """
SELECT 'selaras-page-' || d.page_id || '-' || d.id, p.cause, d.state, d.attempts, d.doubts
FROM duty_delivery d JOIN duty_page p ON p.id = d.page_id ORDER BY d.id
"""


@dataclass(frozen=True)
class Told:
    """What the record says of one message: its key, what it was for, how it stands, tries, and doubts about them."""

    key: str
    cause: str
    state: str
    attempts: int
    doubts: int


def put_on_call(installation: Installation, address: str) -> None:
    """One person with one webhook, alone in a policy that waits ten hours, and a rule that pages by it."""
    installation.run("django", "shell", "-c", _MAKE.format(address=address))


def messages(installation: Installation) -> list[Told]:
    """All messages that were decided on."""
    said = installation.run("db", "psql", "-AtF", "\t", "-c", _TOLD)
    rows = [line.split("\t") for line in said.splitlines()]
    return [Told(key, cause, state, int(attempts), int(doubts)) for key, cause, state, attempts, doubts in rows]


def each_cause_was_paged_once(installation: Installation, channel: Channel) -> None:
    """One incident, one page, one message a cause; heard once, or once more for each doubt on the record."""
    until(lambda: nothing_is_undone(installation), "all is assessed", 180)
    until(lambda: all(one.state == "sent" for one in messages(installation)), "every message is sent", 60)
    told = messages(installation)
    incidents, causes = incidents_and_causes(installation)
    counts = (len({one.cause for one in told}), len(told), incidents, causes)
    assert len(set(counts)) == 1, f"causes paged, messages, incidents, causes: {counts}"
    assert causes
    assert channel.told.keys() == {one.key for one in told}
    twice = [one for one in told if channel.told[one.key] > 1 + one.doubts]
    assert twice == []
