"""Incidents that belong together: a major one of the past with its thread and signed review, and one open parent."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from selaras.domains.incidents.actions.escalate import answer_escalation
from selaras.domains.incidents.actions.moves import perform
from selaras.domains.incidents.actions.report import report
from selaras.domains.incidents.actions.review import add_improvement, finish_improvement, sign_review, write_review
from selaras.domains.incidents.contracts import Source
from selaras.domains.incidents.queries.escalations import list_escalations
from selaras.domains.incidents.queries.majors import get_major
from selaras.domains.people.contracts import Actor
from selaras.interfaces.cli.demo.made import Made
from selaras.interfaces.cli.demo.organisation import BANK, BANKING, CAMPUS, NETWORK, RETAIL

_MANAGER, _MENDER, _VOICE = "Bambang Sutrisno", "Rizky Ramadhan", "Sari Wulandari"
_AGO = timedelta(days=9, hours=3)  # the major incident: recent enough for the status page
_STEP = Callable[[], object]


class Families:
    """The two families, told step by step; each step is committed with others of its time."""

    def __init__(self, made: Made, now: datetime) -> None:
        self._made, self._now = made, now
        self._refs: dict[str, tuple[int, str]] = {}

    def steps(self) -> Iterator[tuple[datetime, _STEP]]:
        """Every step with its moment, in order."""
        began = self._now - _AGO
        for minutes, step in (*self._major(), *self._review()):
            yield began + timedelta(minutes=minutes), step
        began = self._now - timedelta(hours=5)
        for minutes, step in self._open():
            yield began + timedelta(minutes=minutes), step

    def _major(self) -> Iterator[tuple[float, _STEP]]:
        pay = "gerbang-pembayaran"
        yield 0, self._report("major", "Siti Aminah", BANK, pay, "Pembayaran QRIS ditolak di semua kanal", 1, 1)
        yield 4, self._do("major", _VOICE, "assign", team_id=self._made.teams[BANKING])
        yield 6, self._report("shop", "Sitti Rahmah", RETAIL, pay, "Kasir daring gagal menerima pembayaran", 2, 1)
        yield 8, self._do("shop", _VOICE, "put_under", parent="major")
        yield 9, self._do("major", _MENDER, "start")
        yield 11, self._report("app", "Yudi Kurniawan", BANK, pay, "Notifikasi pembayaran berputar terus", 2, 2)
        yield 12, self._do("app", _VOICE, "put_under", parent="major")
        declared = {
            "reason": "Dua pelanggan terdampak dan transaksi berhenti sama sekali.",
            "headline": "Pembayaran QRIS dan kartu daring terganggu",
            "manager_id": self._who(_MANAGER).id,
            "technical_lead_id": self._who(_MENDER).id,
            "communications_id": self._who(_VOICE).id,
        }
        yield 14, self._do("major", _MANAGER, "declare_major", **declared)
        for minutes, body in (
            (
                19,
                "Pembayaran QRIS dan kartu daring belum dapat diproses. Kami menelusuri gerbang pembayaran.",
            ),
            (
                61,
                "Penyebabnya ditemukan: sertifikat ke jaringan antarbank kedaluwarsa. Yang baru sedang dipasang.",
            ),
            (96, "Sertifikat baru terpasang. Transaksi kembali berjalan; kami memantau selama 30 menit."),
        ):
            yield minutes, self._do("major", _VOICE, "publish_update", body=body)
        asked = {
            "reason": "Penerbitan sertifikat darurat berbayar di luar anggaran.",
            "decision": "Setujui penerbitan darurat?",
            "to_id": self._who("Irwan Kusuma").id,
        }
        yield 40, self._do("major", _MENDER, "escalate_up", **asked)
        yield 46, partial(self._answer, "Irwan Kusuma", "Setuju. Lanjutkan, biayanya ditanggung layanan.")
        solved = {
            "cause": "Sertifikat klien ke jaringan antarbank kedaluwarsa.",
            "solution": "Sertifikat baru dipasang dan gerbang pembayaran dimuat ulang; transaksi kembali normal.",
        }
        yield 131, self._do("major", _MENDER, "resolve", **solved)
        yield 170, self._do("major", "Siti Aminah", "confirm")
        yield 185, self._do("shop", "Sitti Rahmah", "confirm")

    def _review(self) -> Iterator[tuple[float, _STEP]]:
        day = 24 * 60.0
        written: dict[str, Any] = {
            "happened": "Sertifikat klien ke jaringan antarbank kedaluwarsa tanpa diketahui. Peringatan 30 hari "
            "sebelumnya masuk ke kotak surel bersama yang tidak dibaca. Semua pembayaran ditolak selama 96 menit.",
            "well": "Insiden besar dinyatakan dalam 14 menit; kabar pertama sampai ke pelanggan 5 menit kemudian.",
            "improve": "Masa berlaku sertifikat belum dipantau, dan penerbitan darurat perlu izin khusus.",
            "participants": "Bambang Sutrisno, Rizky Ramadhan, Sari Wulandari, Irwan Kusuma",
        }
        yield 2 * day, lambda: write_review(self._id("major"), by=self._who(_MANAGER), **written)
        yield (
            2 * day + 10,
            partial(self._improve, "Pantau masa berlaku semua sertifikat sebagai alarm", _MENDER, 4, True),
        )
        yield (
            2 * day + 12,
            partial(self._improve, "Sepakati jalur izin penerbitan sertifikat darurat", "Irwan Kusuma", 30, False),
        )
        yield 3 * day, lambda: sign_review(self._id("major"), by=self._who(_MANAGER))

    def _open(self) -> Iterator[tuple[float, _STEP]]:
        net = "jaringan-kantor"
        yield 0, self._report("net", "Anisa Rahmawati", CAMPUS, net, "Jaringan kampus lambat sejak pagi", 2, 2)
        yield 9, self._do("net", "Dimas Prakoso", "assign", team_id=self._made.teams[NETWORK])
        yield 20, self._do("net", "Agus Setiawan", "start")
        yield 31, self._report("net-a", "Gita Savitri", CAMPUS, net, "Ruang kuliah 3 sering terputus", 3, 2)
        yield 35, self._do("net-a", "Dimas Prakoso", "put_under", parent="net")
        yield 48, self._report("net-b", "Rina Marlina", BANK, net, "Rapat video cabang tersendat", 3, 2)
        yield 55, self._do("net-b", "Ayu Pertiwi", "put_under", parent="net")

    def _report(
        self, key: str, asker: str, organisation: str, service: str, title: str, impact: int, urgency: int
    ) -> _STEP:
        def step() -> None:
            ref = report(
                by=self._who(asker),
                title=title,
                impact=impact,
                urgency=urgency,
                organisation_id=self._made.organisations[organisation],
                service_id=self._made.services[service],
                source=Source.PORTAL,
            )
            self._refs[key] = ref.id, ref.number

        return step

    def _do(self, key: str, by: str, verb: str, **given: object) -> _STEP:
        def step() -> None:
            known = dict(given)
            if "parent" in known:
                known["parent"] = self._refs[str(known["parent"])][1]
            perform(self._id(key), verb, by=self._who(by), given=known)

        return step

    def _answer(self, by: str, words: str) -> None:
        asked = next(row for row in list_escalations(self._who(by), self._id("major")) if row.answered_at is None)
        answer_escalation(asked.id, by=self._who(by), answer=words)

    def _improve(self, text: str, owner: str, days: int, done: bool) -> None:
        by, pk = self._who(_MANAGER), self._id("major")
        ended = get_major(by, pk)
        assert ended is not None
        due = (ended.declared_at + timedelta(days=days)).date()
        improvement = add_improvement(pk, by=by, text=text, owner_id=self._who(owner).id, due=due)
        if done:
            finish_improvement(improvement, by=self._who(owner))

    def _id(self, key: str) -> int:
        return self._refs[key][0]

    def _who(self, name: str) -> Actor:
        return self._made.people[name]
