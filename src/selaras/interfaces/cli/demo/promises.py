"""What is agreed: calendars, agreements with customers, teams and suppliers, and what both sides owe."""

from dataclasses import dataclass
from types import MappingProxyType

from selaras.domains.agreements.contracts import AgreementKind, ObligationOutcome, Owner
from selaras.interfaces.cli.demo.organisation import (
    BANK,
    CAMPUS,
    DATABASES,
    FIBRE,
    JAKARTA,
    MAKASSAR,
    NETWORK,
    PROVIDER,
    RETAIL,
)

ALWAYS, OFFICE, SHOP = "sepanjang-waktu", "jam-kantor", "jam-toko"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Week = dict[str, list[list[str]]]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hours to be made. `holidays`: every national holiday and joint leave, only the great ones, or none."""

    slug: str
    name: str
    timezone: str
    week: Week
    holidays: str


CALENDARS = (
    Calendar(ALWAYS, "Sepanjang waktu (24×7)", JAKARTA, {day: [["00:00", "24:00"]] for day in _DAYS}, "none"),
    Calendar(
        OFFICE, "Jam kantor Jakarta", JAKARTA,
        {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in _DAYS[:4]}
        | {"fri": [["08:00", "11:30"], ["13:30", "17:00"]]},
        "all",
    ),
    Calendar(
        SHOP, "Jam toko Makassar", MAKASSAR,
        {day: [["09:00", "21:00"]] for day in _DAYS[:5]} | {"sat": [["09:00", "22:00"]], "sun": [["10:00", "18:00"]]},
        "great",
    ),
)  # fmt: skip

# Minutes by priority: to respond, to resolve.
STRICT = MappingProxyType({1: (15, 240), 2: (30, 480), 3: (60, 960), 4: (240, 2880), 5: (480, 7200)})
USUAL = MappingProxyType({1: (30, 300), 2: (60, 600), 3: (120, 960), 4: (240, 1920), 5: (480, 3840)})


@dataclass(frozen=True, slots=True)
class Owed:
    """What one side owes besides the targets."""

    owner: Owner
    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement to be drafted and, unless `state` says otherwise, put in force. `with_` names team or supplier."""

    key: str
    name: str
    kind: AgreementKind
    organisation: str
    calendar: str
    services: tuple[str, ...]
    minutes: MappingProxyType[int, tuple[int, int]]
    owed: tuple[Owed, ...] = ()
    with_: str = ""
    state: str = "active"


_CONTACT = Owed(Owner.CUSTOMER, "Narahubung dapat dihubungi pada jam layanan dan menjawab dalam 60 menit",
                "A contact person can be reached in service hours and answers within 60 minutes")  # fmt: skip
_NOTICE = Owed(Owner.CUSTOMER, "Rencana kampanye, ujian, atau beban puncak diberitahukan 5 hari kerja sebelumnya",
               "Campaigns, exams and peaks are announced 5 working days ahead")  # fmt: skip
_ACCESS = Owed(Owner.CUSTOMER, "Akses ke ruang perangkat di lokasi diberikan dalam 30 menit",
               "Access to the equipment room on site is given within 30 minutes")  # fmt: skip
_REPORT = Owed(Owner.PROVIDER, "Laporan layanan bulanan paling lambat hari kerja kelima",
               "The monthly service report comes by the fifth working day")  # fmt: skip
_RESTORE = Owed(Owner.PROVIDER, "Uji pemulihan cadangan setiap tiga bulan dengan berita acara",
                "A restore from backup is tested every three months, with a record")  # fmt: skip
UPDATE = Owed(Owner.PROVIDER, "Kabar perkembangan tiap jam selama gangguan besar",
               "An update every hour during a major incident")  # fmt: skip

AGREEMENTS = (
    Agreement("bank-digital", "Perjanjian kanal digital Bank Wanawira", AgreementKind.SLA, BANK, ALWAYS,
              ("perbankan-seluler", "inti-perbankan", "gerbang-pembayaran", "identitas"), STRICT,
              (_CONTACT, _NOTICE, UPDATE, _RESTORE)),
    Agreement("bank-kantor", "Perjanjian layanan kantor Bank Wanawira", AgreementKind.SLA, BANK, OFFICE,
              ("surel", "jaringan-kantor", "perangkat-kerja"), USUAL, (_CONTACT, _ACCESS, _REPORT)),
    Agreement("toko", "Perjanjian operasi toko Mapan Bahari", AgreementKind.SLA, RETAIL, SHOP,
              ("kasir-toko", "gudang", "jaringan-kantor", "surel", "perangkat-kerja", "identitas"), USUAL,
              (_CONTACT, _ACCESS, _REPORT)),
    Agreement("toko-daring", "Perjanjian penjualan daring Mapan Bahari", AgreementKind.SLA, RETAIL, ALWAYS,
              ("toko-daring", "gerbang-pembayaran"), STRICT, (_NOTICE, UPDATE)),
    Agreement("kampus", "Perjanjian layanan kampus Ranu Asri", AgreementKind.SLA, CAMPUS, OFFICE,
              ("akademik", "pembelajaran", "surel", "jaringan-kantor", "identitas", "perangkat-kerja"), USUAL,
              (_CONTACT, _NOTICE, _REPORT)),
    Agreement("ola-db", "Kesepakatan dukungan basis data", AgreementKind.OLA, PROVIDER, ALWAYS,
              ("inti-perbankan", "kasir-toko", "akademik"), STRICT, (), DATABASES),
    Agreement("ola-jaringan", "Kesepakatan dukungan jaringan", AgreementKind.OLA, PROVIDER, ALWAYS,
              ("jaringan-kantor",), STRICT, (), NETWORK),
    Agreement("kontrak-serat", "Kontrak sambungan serat optik", AgreementKind.UNDERPINNING, PROVIDER, ALWAYS,
              ("jaringan-kantor",), STRICT, (_ACCESS,), FIBRE),
    Agreement("kampus-lama", "Perjanjian layanan kampus tahun lalu", AgreementKind.SLA, CAMPUS, OFFICE,
              ("akademik", "surel"), USUAL, (_REPORT,), state="expired"),
    Agreement("bank-baru", "Rancangan pembaruan kanal digital", AgreementKind.SLA, BANK, ALWAYS,
              ("perbankan-seluler", "gerbang-pembayaran"), STRICT, (_CONTACT, UPDATE), state="draft"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """How an obligation (the n-th of an agreement) went, so many days ago; `on_record` ties it to an incident."""

    agreement: str
    number: int
    days_ago: int
    outcome: ObligationOutcome
    minutes: int = 0
    note: str = ""
    on_record: bool = False


_MET, _LATE, _FAILED = ObligationOutcome.MET, ObligationOutcome.LATE, ObligationOutcome.FAILED
KEPT = (
    Kept("bank-kantor", 2, 82, _MET, note="Laporan dikirim hari kerja keempat."),
    Kept("bank-digital", 3, 71, _MET, note="Uji pemulihan basis data inti berhasil dalam 52 menit."),
    Kept("toko", 2, 80, _LATE, note="Laporan terlambat dua hari karena data toko baru."),
    Kept("bank-digital", 1, 64, _FAILED, 90, "Kampanye undian tidak diberitahukan; beban naik tiga kali.", True),
    Kept("toko", 1, 57, _LATE, 75, "Kunci ruang perangkat dibawa kepala toko.", True),
    Kept("kampus", 2, 52, _MET, note="Laporan dikirim tepat waktu."),
    Kept("kampus", 1, 45, _FAILED, 120, "Jadwal ujian serentak baru diketahui pagi harinya.", True),
    Kept("bank-kantor", 0, 38, _LATE, 45, "Narahubung cabang baru dapat dihubungi setelah istirahat.", True),
    Kept("toko-daring", 0, 33, _MET, note="Kampanye gajian diberitahukan 7 hari sebelumnya."),
    Kept("bank-digital", 2, 26, _LATE, note="Kabar kedua terlambat 20 menit."),
    Kept("toko", 2, 20, _MET, note="Laporan dikirim hari kerja kelima."),
    Kept("kampus", 0, 14, _LATE, 60, "Pelapor sedang mengajar.", True),
    Kept("toko", 0, 9, _FAILED, 180, "Toko tidak dapat dihubungi sampai buka hari berikutnya.", True),
    Kept("bank-digital", 0, 5, _MET, note="Narahubung menjawab dalam 10 menit."),
    Kept("kontrak-serat", 0, 30, _MET, note="Akses ke ruang perangkat diberikan dalam 15 menit."),
)
