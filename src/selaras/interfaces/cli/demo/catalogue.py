"""What the provider offers: twelve services in both languages, who uses them for what, and what is at stake."""

from dataclasses import dataclass

from selaras.domains.services.contracts import Direction
from selaras.interfaces.cli.demo.organisation import (
    BANK,
    BANKING,
    CAMPUS,
    FIELD,
    LEARNING,
    NETWORK,
    RETAIL,
    SERVERS,
    SHOPS,
)


@dataclass(frozen=True, slots=True)
class Service:
    """A service to be made; `needs` are slugs of services it stands on."""

    slug: str
    name_id: str
    name_en: str
    description: str
    owner: str
    team: str
    needs: tuple[str, ...] = ()
    retiring: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a customer needs to reach."""

    key: str
    organisation: str
    name_id: str
    name_en: str
    unit: str
    target: str
    direction: Direction = Direction.AT_LEAST


@dataclass(frozen=True, slots=True)
class Use:
    """That a customer uses a service for a business process."""

    service: str
    organisation: str
    process: str
    criticality: int
    outcome: str = ""


_BANKER, _MERCHANT, _TEACHER, _CARRIER = "Irwan Kusuma", "Melati Rahayu", "Johan Tanuwijaya", "Gunawan Saputra"

SERVICES = (
    Service("jaringan-kantor", "Jaringan kantor dan cabang", "Office and branch network",
            "WAN, Wi-Fi dan akses internet untuk kantor pusat, cabang, toko, dan kampus.", _CARRIER, NETWORK),
    Service("identitas", "Identitas dan akses masuk", "Identity and sign-in",
            "Satu akun untuk semua aplikasi: masuk tunggal, OTP, dan reset kata sandi.", _CARRIER, SERVERS),
    Service("surel", "Surel dan kolaborasi", "E-mail and collaboration",
            "Surel, kalender, rapat daring, dan ruang kerja bersama.", _TEACHER, SERVERS, ("identitas",)),
    Service("perangkat-kerja", "Perangkat kerja", "Workplace devices",
            "Laptop, PC, pencetak, dan dukungan di tempat.", _CARRIER, FIELD, ("identitas", "jaringan-kantor")),
    Service("inti-perbankan", "Inti perbankan", "Core banking",
            "Pembukuan rekening, kredit, dan proses akhir hari.", _BANKER, BANKING),
    Service("gerbang-pembayaran", "Gerbang pembayaran", "Payment gateway",
            "Pembayaran QR, kartu, dan transfer antarbank untuk bank dan toko.", _BANKER, BANKING),
    Service("perbankan-seluler", "Perbankan seluler", "Mobile banking",
            "Aplikasi nasabah di ponsel: saldo, transfer, pembayaran.", _BANKER, BANKING,
            ("gerbang-pembayaran", "identitas")),
    Service(
        "kasir-toko", "Kasir toko", "Point of sale", "Mesin kasir di 42 toko, termasuk mode luring.", _MERCHANT,
        SHOPS, ("gerbang-pembayaran", "jaringan-kantor"),
    ),
    Service("gudang", "Gudang dan persediaan", "Warehouse and stock",
            "Stok, penerimaan barang, dan pengiriman antartoko.", _MERCHANT, SHOPS),
    Service("toko-daring", "Toko daring", "Online shop",
            "Situs belanja dan aplikasi pelanggan.", _MERCHANT, SHOPS, ("gudang", "gerbang-pembayaran")),
    Service("akademik", "Sistem akademik", "Academic system",
            "KRS, nilai, jadwal, dan pembayaran kuliah.", _TEACHER, LEARNING, ("identitas",)),
    Service("pembelajaran", "Pembelajaran daring", "E-learning",
            "Ruang kelas daring, tugas, dan ujian. Menggantikan portal materi lama.", _TEACHER, LEARNING,
            ("identitas", "akademik")),
)  # fmt: skip

OUTCOMES = (
    Outcome("transaksi", BANK, "Transaksi digital yang berhasil", "Digital transactions that succeed", "%", "99.5"),
    Outcome("antrean", BANK, "Waktu tunggu nasabah di teller", "Customers' waiting time at the counter", "menit", "8",
            Direction.AT_MOST),
    Outcome("tutup-buku", BANK, "Proses akhir hari selesai sebelum 05.00", "Days closed before 05:00", "%", "98"),
    Outcome(
        "kasir", RETAIL, "Kasir yang dapat melayani pada jam buka", "Tills able to serve in opening hours", "%",
        "99",
    ),
    Outcome("stok", RETAIL, "Ketepatan stok toko", "Accuracy of store stock", "%", "97.5"),
    Outcome(
        "pesanan", RETAIL, "Pesanan daring dikirim di hari yang sama", "Online orders shipped the same day", "%",
        "92",
    ),
    Outcome(
        "krs", CAMPUS, "Mahasiswa selesai mengisi KRS pada hari pertama", "Students enrolled on the first day", "%",
        "80",
    ),
    Outcome("ujian", CAMPUS, "Ujian daring tanpa gangguan", "Online exams without interruption", "%", "99"),
)  # fmt: skip

USES = (
    Use("perbankan-seluler", BANK, "Layanan nasabah digital", 1, "transaksi"),
    Use("inti-perbankan", BANK, "Transaksi teller dan akhir hari", 1, "tutup-buku"),
    Use("gerbang-pembayaran", BANK, "Pembayaran dan transfer", 1, "transaksi"),
    Use("identitas", BANK, "Akses masuk pegawai", 2),
    Use("surel", BANK, "Komunikasi kantor", 3),
    Use("jaringan-kantor", BANK, "Operasi cabang", 2, "antrean"),
    Use("perangkat-kerja", BANK, "Kerja teller dan petugas layanan", 3, "antrean"),
    Use("kasir-toko", RETAIL, "Penjualan di toko", 1, "kasir"),
    Use("gerbang-pembayaran", RETAIL, "Pembayaran nontunai di kasir", 2, "kasir"),
    Use("gudang", RETAIL, "Pengisian stok toko", 2, "stok"),
    Use("toko-daring", RETAIL, "Penjualan daring", 2, "pesanan"),
    Use("jaringan-kantor", RETAIL, "Sambungan toko", 2, "kasir"),
    Use("surel", RETAIL, "Komunikasi kantor", 4),
    Use("perangkat-kerja", RETAIL, "Kerja kantor pusat", 4),
    Use("identitas", RETAIL, "Akses masuk pegawai", 3),
    Use("akademik", CAMPUS, "Perkuliahan dan KRS", 2, "krs"),
    Use("pembelajaran", CAMPUS, "Kelas dan ujian daring", 2, "ujian"),
    Use("surel", CAMPUS, "Surel dosen dan mahasiswa", 3),
    Use("jaringan-kantor", CAMPUS, "Wi-Fi kampus", 3),
    Use("identitas", CAMPUS, "Akun sivitas akademika", 3, "krs"),
    Use("perangkat-kerja", CAMPUS, "Kerja tata usaha", 4),
)


def _routers(*branches: str) -> tuple[str, ...]:
    return tuple(f"rtr-{branch}-1" for branch in branches)


# What each service stands on directly: slugs of items. A branch without its router cannot use its main application.
STANDS_ON = {
    "jaringan-kantor": ("sdwan-ctl-1", "fw-cbt-1", "dns-1", "wifi-ctl-1"),
    "identitas": ("app-sso", "app-otp"),
    "surel": ("app-surel", "app-rapat"),
    "perangkat-kerja": ("app-cetak", "app-mdm"),
    "inti-perbankan": ("app-inti", "app-akhir-hari", *_routers("bdg", "smg", "sby", "dpk", "mdn")),
    "gerbang-pembayaran": ("app-bayar", "app-qr", "ext-switching"),
    "perbankan-seluler": ("app-seluler", "app-notifikasi"),
    "kasir-toko": ("app-kasir", "app-promo", *_routers("pnk", "mnd", "kdi", "plw", "djj", "dps")),
    "gudang": ("app-gudang", "app-kirim"),
    "toko-daring": ("app-toko", "app-cari", "ext-cdn"),
    "akademik": ("app-akademik", "app-spp", *_routers("ftk", "fkp", "lib", "rek")),
    "pembelajaran": ("app-kelas", "app-ujian"),
}
