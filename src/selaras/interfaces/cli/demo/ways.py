"""What the demo's incidents go by: models with their steps, and rules of escalation."""

from dataclasses import replace

from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.actions.escalate_by_rule import add_rule
from selaras.domains.incidents.actions.keep_model import keep_model
from selaras.domains.incidents.contracts import ModelDraft, Moment, NewStep
from selaras.domains.people.contracts import Actor
from selaras.interfaces.cli.demo.made import Made
from selaras.interfaces.cli.demo.organisation import DESK, NETWORK

_PASSWORD = ModelDraft(
    "Lupa kata sandi atau akun terkunci", "Forgotten password or locked account",
    "sandi, password, login, terkunci, locked, masuk", "Tidak dapat masuk: akun terkunci", 3, 2,
    steps=(
        NewStep("Pastikan identitas pemohon lewat dua tanda pengenal", "Verify the requester's identity by two proofs"),
        NewStep("Periksa apakah ada percobaan masuk yang janggal", "Look for suspicious sign-in attempts"),
        NewStep("Setel ulang sandi, wajib ganti saat masuk pertama", "Reset it, to be changed at the first sign-in"),
        NewStep("Tawarkan pendaftaran faktor kedua", "Offer to enrol a second factor", required=False),
    ),
)  # fmt: skip
_BRANCH = ModelDraft(
    "Sambungan cabang terputus", "Branch connection down",
    "cabang, toko, sambungan, jaringan, offline, terputus", "Sambungan cabang terputus", 2, 1,
    steps=(
        NewStep("Tanyakan ke lokasi: listrik menyala, lampu router?", "Ask on site: power on, router lights?"),
        NewStep("Periksa sambungan cadangan dan alihkan bila perlu", "Check the backup line, switch over if needed"),
        NewStep("Buka tiket pada penyedia sambungan, catat nomornya", "Open a ticket with the carrier, note it"),
        NewStep("Pastikan dengan kepala toko bahwa kasir berjalan", "Confirm with the store manager that tills work"),
    ),
)  # fmt: skip


def make_ways(made: Made, by: Actor) -> None:
    """Two models, and rules for the two gravest priorities."""
    keep_model(replace(_PASSWORD, service_id=made.services["identitas"], team_id=made.teams[DESK]), by=by)
    keep_model(replace(_BRANCH, service_id=made.services["jaringan-kantor"], team_id=made.teams[NETWORK]), by=by)
    for priority, moment in ((1, Moment.WARNED), (1, Moment.BREACHED), (2, Moment.BREACHED)):
        add_rule(by=by, priority=priority, metric=Metric.RESOLVE, moment=moment)
    add_rule(by=by, priority=1, metric=Metric.RESOLVE, moment=Moment.BREACHED, to_id=made.people["Bambang Sutrisno"].id)
