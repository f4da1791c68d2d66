"""Makes two runbooks, the rule that runs one of them, and what came of them: ticked off, refused, waiting."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from selaras.domains.events.actions.rules import save_rule
from selaras.domains.events.contracts import AlertClass, Condition
from selaras.domains.events.contracts.alerts import AlertFilter
from selaras.domains.events.contracts.rules import RuleRow
from selaras.domains.events.queries.alerts import list_alerts
from selaras.domains.operations.actions.decide import move_run, move_step
from selaras.domains.operations.actions.runbooks import save_runbook
from selaras.domains.operations.actions.start import start_run
from selaras.domains.operations.contracts import Occasion, StepKind, StepRow
from selaras.domains.operations.queries import get_run, known_runbooks, occasion_of
from selaras.domains.people.contracts import Actor
from selaras.interfaces.cli.demo.made import DEMO, Made
from selaras.interfaces.cli.demo.organisation import DATABASES, SERVERS
from selaras.kernel import clock

_LAG, _DISK = "replika-tertinggal", "kosongkan-disk"
_RULE = "Disk hampir penuh"
_OPERATOR, _OTHER = "Galih Santoso", "Nurul Hidayah"


def make_runbooks(made: Made, policy_id: int) -> None:
    """One that only looks, and one that deletes and so asks first."""
    save_runbook(
        by=DEMO,
        slug=_LAG,
        name="Replika tertinggal: periksa",
        purpose="Cari tahu mengapa replika tertinggal, sebelum siapa pun menghentikan kueri.",
        team_id=made.teams[DATABASES],
        steps=[
            _look("Lihat grafik ketertinggalan satu jam terakhir", "Naik terus, atau sudah turun lagi?"),
            _look("Cari kueri terpanjang di replika", "pg_stat_activity, urutkan menurut xact_start."),
            _look("Bandingkan dengan jadwal laporan nasabah", "Laporan akhir hari berjalan pukul 21.00–22.30 WIB."),
        ],
    )
    save_runbook(
        by=made.people[_OTHER],
        slug=_DISK,
        name="Disk hampir penuh: kosongkan",
        purpose="Hapus berkas sementara dan log yang sudah tersalin, lalu pastikan ruangnya cukup untuk semalam.",
        team_id=made.teams[SERVERS],
        policy_id=policy_id,
        patience=1440,
        steps=[
            _look("Lihat apa yang memenuhi disk", "du -xh --max-depth=2 / | sort -h | tail"),
            StepRow(
                StepKind.CALL,
                "Hapus berkas sementara dan log lama",
                "Otomasi hanya menyentuh /var/tmp dan log yang sudah ada di penyimpanan log.",
                method="POST",
                url="https://otomasi.tirtamaya.example/disk/bersihkan",
                headers={"Authorization": "Bearer demo-bukan-rahasia"},
                body='{"host": "{{ instance }}", "lebih_tua_dari_hari": 7}',
                seconds=30,
            ),
            _look("Pastikan ruang kosong di atas 30%", "Kalau tidak, hubungi tim Server dan Penyimpanan."),
        ],
    )


def tell_runs(made: Made, now: datetime) -> None:
    """The runs of the last days, once the alerts are there, and the rule from now on."""
    galih, nurul = made.people[_OPERATOR], made.people[_OTHER]
    with clock.frozen(now - timedelta(days=2, hours=3)):
        lag = start_run(_LAG, Occasion(about="PostgresReplicationLag: pg-bersama-2"), by=galih).id
        _tick(lag, galih, ["Naik sejak 21.10.", "Laporan nasabah, 48 menit.", "Sesuai jadwal; tunggu sampai selesai."])
    with clock.frozen(now - timedelta(days=1, hours=6)):
        refused = start_run(_DISK, Occasion({"instance": "hv-cbt-02"}, "DiskAlmostFull: hv-cbt-02"), by=nurul).id
        _tick(refused, nurul, ["Cadangan mesin virtual di /var/tmp."])
    with clock.frozen(now - timedelta(days=1, hours=5, minutes=48)):
        why = "Cadangan itu belum tersalin ke Surabaya. Pindahkan dulu, jangan dihapus."
        move_run(refused, "refuse", by=galih, reason=why)
    full = (Condition("alertname", "=", "DiskAlmostFull"),)
    save_rule(RuleRow(0, 1, _RULE, full, AlertClass.WARNING, runbook=_DISK), by=DEMO, runbooks=known_runbooks())
    firing = list_alerts(DEMO, AlertFilter(state="firing", words=("DiskAlmostFull",)), limit=1).rows
    if firing:
        given = replace(occasion_of(DEMO, alert_id=firing[0].id), rule_name=_RULE)
        with clock.frozen(now - timedelta(minutes=25)):
            _tick(start_run(_DISK, given, by=DEMO).id, galih, ["Log aplikasi pencarian, 41 GB, sudah tersalin."])


def _look(title: str, text: str) -> StepRow:
    return StepRow(StepKind.PERSON, title, text, changes=False)


def _tick(run_id: int, by: Actor, notes: Sequence[str]) -> None:
    for step, words in zip(get_run(DEMO, run_id).steps, notes, strict=False):
        move_step(step.id, "tick", by=by, reason=words)
