"""Rules, their versions, and what they decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from selaras.domains.events.contracts import AlertClass, Condition
from selaras.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Addition:
    """A label that a rule adds. Its value may hold `{item.name}`, `{item.rack}` or `{instance}` (adding.py)."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule: if every condition holds, this is the class, and this the response. Lower `order` is asked first.

    `impact`, `urgency` (1 highest to 3) None: follow from the chain and the class. A rule that `goes_on` adds its
    labels, its note, its policy and what it says of flapping, and the search goes on; where no later one decides, the
    last of these does. `flap_turns` 0: its alerts never count as flapping; None: as usual.

    While an alert fires under its conditions, those under all of `holds_back` with equal `holds_equal` are held.

    Alerts that it decides with equal values of the labels `group_by` (`...`: of all) are told together; times in
    seconds, None: as usual (grouping.py). What a rule that `stands_alone` decides is never folded with other
    alerts: each alert has an incident of its own, or each group.

    It `looks_up` a table by name, and adds what that has as labels; `look_by`: the labels that hold the table's key
    columns, in their order, where they have other names.
    """

    id: int
    order: int
    name: str
    conditions: tuple[Condition, ...]
    alert_class: AlertClass
    opens_incident: bool = False
    impact: int | None = None
    urgency: int | None = None
    team_id: int | None = None
    policy_id: int | None = None  # the escalation policy that pages people when the incident is opened
    enabled: bool = True
    used: bool = False  # it has decided about an alert, so it is disabled and not deleted
    goes_on: bool = False
    adds: tuple[Addition, ...] = ()
    note: str = ""  # for whoever looks at the alert, or is called for it
    flap_turns: int | None = None
    flap_minutes: int | None = None
    holds_back: tuple[Condition, ...] = ()
    holds_equal: tuple[str, ...] = ()
    runbook: str = ""  # short name of what is run, once an episode, when it fires and nothing holds it back
    group_by: tuple[str, ...] = ()
    group_wait: int | None = None
    group_interval: int | None = None
    proposes_problem: bool = False  # likewise: it speaks for a problem
    stands_alone: bool = False
    looks_up: str = ""
    look_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a rule in two versions, worded."""

    field: Sentence
    before: Sentence | str
    after: Sentence | str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What becomes of one rule between two versions of the set."""

    what: Sentence
    name: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A version of the rule set: who made it, when, by what."""

    number: int
    at: datetime
    by_name: str
    note: Sentence


@dataclass(frozen=True, slots=True)
class TriedRow:
    """An alert as today's rules decide it, and as they would with the draft."""

    alert_id: int
    labels: Mapping[str, str]
    before: "Verdict"
    after: "Verdict"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft rule would do to the last alerts: those that it would decide or no longer decide are `rows`.

    `hidden` alerts satisfy its conditions too, but a rule above it decides.
    """

    looked_at: int
    caught: int
    hidden: int
    reclassed: int
    more_incidents: int
    fewer_incidents: int
    rows: tuple[TriedRow, ...]


@dataclass(frozen=True, slots=True)
class Flapping:
    """An alert that began to fire so often in so many minutes is flapping; `turns` 0: never."""

    turns: int = 5
    minutes: int = 30


USUAL_FLAPPING = Flapping()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules decide of an alert, and the sentence that says why.

    `added` are labels by the rules asked on the way; `policy_id` whom to call: by the rule, else by one that went on.
    """

    alert_class: AlertClass
    reason: Sentence
    rule: RuleRow | None = None
    added: Mapping[str, str] = field(default_factory=dict)
    passed: tuple[RuleRow, ...] = ()  # those that held and went on
    policy_id: int | None = None
    flapping: Flapping = USUAL_FLAPPING

    @property
    def runs(self) -> RuleRow | None:
        """The rule whose runbook is run: the one that decides, else the last of those that went on."""
        return next((rule for rule in reversed(self._asked) if rule.runbook), None)

    @property
    def proposes(self) -> RuleRow | None:
        """The rule that has it speak for a problem; that which decides before the others."""
        return next((rule for rule in reversed(self._asked) if rule.proposes_problem), None)

    @property
    def wants_more(self) -> bool:
        """Whether something follows besides an incident."""
        return self.runs is not None or self.proposes is not None

    @property
    def _asked(self) -> tuple[RuleRow, ...]:
        return (*self.passed, *([self.rule] if self.rule else ()))

    @property
    def notes(self) -> list[str]:
        """What the rules want to be known, in their order."""
        return [rule.note for rule in self._asked if rule.note]
