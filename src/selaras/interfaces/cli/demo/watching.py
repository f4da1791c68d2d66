"""Makes what events need: where they may come from, and this house's own rules."""

from django.utils.translation import gettext as _

from selaras.domains.events.actions.rules import save_rule
from selaras.domains.events.actions.sources import create_source
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.people.contracts import Actor
from selaras.interfaces.cli.demo.made import Made
from selaras.interfaces.cli.demo.organisation import FACILITIES, NETWORK, SERVERS

HERE = ("127.0.0.0/8", "::1/128")
"""Whence the demo's Prometheus may post without a token: this machine alone."""

# Name, alerts by name, team, impact, urgency. Asked before the rules that every house begins with, which go by
# severity. None: the team from the service, the impact from the chain.
_RULES = (
    ("Sambungan cabang terputus", "LinkDown", NETWORK, 2, 1),
    ("Cadangan gagal", "BackupFailed", SERVERS, 3, 2),
    ("Listrik dan pendingin", "Ups.*|Crac.*", FACILITIES, 2, 2),
    ("Satu mesin dari sekelompok", "InstanceDown|HostDown|ProbeFailed", None, None, 2),
    ("Basis data dan antrean", "Postgres.*|QueueBacklog", None, None, 2),
)


def make_watching(made: Made, by: Actor) -> None:
    """The source of this machine's Prometheus, and the rules in their order."""
    made.source = create_source(by=by, name=_("Prometheus of this machine"), networks=HERE, with_token=False).id
    for order, (name, alerts, team, impact, urgency) in enumerate(_RULES, 1):
        draft = RuleRow(
            0,
            order * 10,
            name,
            (Condition("alertname", "=~", alerts),),
            AlertClass.EXCEPTION,
            opens_incident=True,
            impact=impact,
            urgency=urgency,
            team_id=made.teams[team] if team else None,
        )
        save_rule(draft, by=by)
