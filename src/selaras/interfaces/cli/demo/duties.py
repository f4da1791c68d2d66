"""Makes duty: two rotas, a policy, channels that lead nowhere, and one call of the past that was escalated."""

from datetime import datetime, time, timedelta

from selaras.domains.duty.actions.channels import add_channel
from selaras.domains.duty.actions.covers import cover
from selaras.domains.duty.actions.escalate import escalate_due
from selaras.domains.duty.actions.page import move_page, page
from selaras.domains.duty.actions.policies import save_policy
from selaras.domains.duty.actions.rotas import save_rota
from selaras.domains.duty.contracts.channels import ChannelKind
from selaras.domains.duty.contracts.policies import Step, Target, TargetKind
from selaras.domains.duty.contracts.rotas import Every, Hours, Layer
from selaras.interfaces.cli.demo.made import DEMO, Made
from selaras.interfaces.cli.demo.organisation import JAKARTA, NETWORK, OPERATIONS
from selaras.kernel import clock

_OPERATORS = ("Galih Santoso", "Nurul Hidayah", "Fajar Nugroho")
_NETWORK = ("Agus Setiawan", "Lestari Anggraini", "Komang Arya")


def make_duty(made: Made, now: datetime) -> int:
    """Everything of duty, as of `now`; the id of its policy."""
    began = (now - timedelta(days=91)).date()
    monday = began - timedelta(days=began.weekday())

    def layer(*names: str, every: Every, handover: time, hours: Hours | None = None, name: str = "") -> Layer:
        people = tuple(made.people[one].own_id for one in names)
        return Layer(people, every, 1, monday, handover, None, hours, name)

    for one in (*_OPERATORS, *_NETWORK):
        person = made.people[one]
        address = f"{one.lower().replace(' ', '.')}@tirtamaya.example"
        add_channel(by=person, kind=ChannelKind.MAIL, name="Surel kantor", address=address)
    office = Hours(frozenset(range(5)), time(8), time(17))
    operators = save_rota(
        by=DEMO,
        slug="pusat-operasi",
        name="Pusat Operasi 24 jam",
        timezone=JAKARTA,
        team_id=made.teams[OPERATIONS],
        layers=[
            layer(*_OPERATORS, every=Every.DAYS, handover=time(19), name="malam"),
            layer(*_OPERATORS[1:], every=Every.WEEKS, handover=time(7), hours=office, name="jam kerja"),
        ],
    )
    network = save_rota(
        by=DEMO,
        slug="jaringan",
        name="Jaringan, siaga",
        timezone=JAKARTA,
        team_id=made.teams[NETWORK],
        layers=[layer(*_NETWORK, every=Every.WEEKS, handover=time(9))],
    )
    starts = (now + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    cover(
        network,
        by=DEMO,
        starts_at=starts,
        ends_at=starts + timedelta(hours=12),
        person_id=made.people["Teguh Firmansyah"].id,
        reason="Acara keluarga",
    )
    policy = save_policy(
        by=DEMO,
        slug="gangguan-berat",
        name="Gangguan berat",
        repeats=1,
        steps=[
            Step(5, (Target(TargetKind.ROTA, operators),)),
            Step(10, (Target(TargetKind.ROTA, network), Target(TargetKind.TEAM_LEAD, made.teams[NETWORK]))),
        ],
    )
    _past_call(made, policy, now - timedelta(days=3, hours=5))
    return policy


def _past_call(made: Made, policy_id: int, at: datetime) -> None:
    """Told, escalated after five minutes, taken on and resolved. Its messages were never sent: it is a demo."""
    with clock.frozen(at):
        ref = page(
            by=DEMO,
            policy_id=policy_id,
            cause="demo: core-sw-1 unreachable",
            subject="Switch inti pusat data tidak menjawab",
            body="core-sw-1 tidak menjawab sejak dua menit. Bank Wanawira dan Mapan Bahari terdampak.",
        )
    with clock.frozen(at + timedelta(minutes=5)):
        escalate_due()
    taker = made.people[_NETWORK[0]]
    with clock.frozen(at + timedelta(minutes=8)):
        move_page(ref.id, "acknowledge", by=taker)
    with clock.frozen(at + timedelta(minutes=47)):
        move_page(ref.id, "resolve", by=taker)
