"""What monitoring reports: kinds of alerts, on which items, and what came of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """A kind of alert. `items` are slugs; `often` weighs how often it comes; `lasts` is (shortest, longest) minutes.

    `severity` is what the sender says; the rules decide the class. With a cause and a solution it opens an incident.
    """

    name: str
    severity: str
    items: tuple[str, ...]
    port: int
    summary: str
    often: int
    lasts: tuple[int, int]
    cause: str = ""
    solution: str = ""
    internal: str = ""

    @property
    def opens(self) -> bool:
        """Whether it is grave enough for an incident."""
        return bool(self.cause)


_HOSTS = tuple(f"hv-cbt-{n:02}" for n in range(1, 9)) + tuple(f"hv-sda-{n:02}" for n in range(1, 5))
_MACHINES = ("vm-inti-1", "vm-bayar-2", "vm-seluler-1", "vm-kasir-1", "vm-toko-2", "vm-akademik-1", "vm-surel-1",
             "vm-gudang-1", "vm-kelas-2", "vm-sso-1")  # fmt: skip

SIGNALS = (
    Signal(
        "InstanceDown", "critical", _MACHINES, 9100, "{item} tidak merespons selama 3 menit", 7, (12, 90),
        "Mesin virtual berhenti setelah host kehabisan memori.",
        "Mesin dipindah ke host lain dan layanan diperiksa.", "Host asal dikosongkan untuk pemeriksaan memori.",
    ),
    Signal("HostDown", "critical", _HOSTS[:6], 9100, "Host virtual {item} mati", 2, (25, 160),
           "Catu daya kedua host rusak.", "Beban dipindah otomatis; catu daya diganti oleh fasilitas.",
           "Suku cadang terakhir dipakai, pesan dua lagi."),
    Signal(
        "LinkDown", "critical", ("rtr-sby-1", "rtr-mnd-1", "rtr-djj-1", "rtr-plw-1", "rtr-fkp-1", "rtr-mdn-1"), 9116,
        "Sambungan {item} terputus", 6, (20, 260), "Kabel serat terpotong di jalur penyedia.",
        "Penyedia menyambung kabel; lalu lintas kembali ke jalur utama.", "Penyedia serat sudah dihubungi.",
    ),
    Signal(
        "PostgresReplicationLag", "critical", ("db-inti-siaga", "pg-bersama-2", "pg-bersama-3"), 9187,
        "Replika {item} tertinggal lebih dari 300 detik", 4, (15, 80),
        "Kueri laporan panjang menahan penerapan WAL.", "Kueri dihentikan; replika menyusul dalam beberapa menit.",
        "Batasi lama kueri di replika.",
    ),
    Signal("PostgresTooManyConnections", "critical", ("db-seluler", "db-bayar", "db-kasir"), 9187,
           "{item} memakai lebih dari 95% koneksi", 4, (10, 45), "Aplikasi tidak mengembalikan koneksi setelah galat.",
           "Aplikasi dimuat ulang; batas kumpulan koneksi diperbaiki.", "Lihat juga rilis terakhir aplikasi."),
    Signal(
        "QueueBacklog", "critical", ("mq-bayar", "mq-toko"), 9419, "Antrean {item} lebih dari 50.000 pesan", 3,
        (20, 120), "Satu konsumen berhenti membaca.", "Konsumen dijalankan lagi dan antrean habis.",
        "Pasang pemeriksaan hidup untuk konsumen.",
    ),
    Signal("HttpErrorsHigh", "critical", ("app-bayar", "app-seluler", "app-toko", "app-kelas"), 443,
           "Lebih dari 5% permintaan ke {item} gagal", 5, (8, 70), "Versi baru gagal pada sebagian permintaan.",
           "Dikembalikan ke versi sebelumnya.", "Rilis dihentikan sampai penyebab jelas."),
    Signal(
        "UpsOnBattery", "critical", ("ups-cbt-a", "ups-mks"), 161, "{item} bekerja dengan baterai", 2, (5, 40),
        "Listrik PLN padam.", "Genset mengambil beban; listrik kembali normal.",
        "Catat lama padam untuk laporan fasilitas.",
    ),
    Signal(
        "BackupFailed", "critical", ("bkp-sda-1", "db-gudang"), 9100, "Cadangan malam {item} gagal", 3, (120, 420),
        "Ruang penyimpanan cadangan penuh.",
        "Cadangan lama dihapus sesuai aturan simpan; cadangan diulang dan berhasil.",
        "Hitung ulang kebutuhan ruang enam bulan ke depan.",
    ),
    Signal(
        "DiskAlmostFull", "warning", (*_HOSTS[:4], "cari-1", "vm-surel-2"), 9100, "Disk {item} lebih dari 85%", 12,
        (60, 900),
    ),
    Signal("HighLoad", "warning", (*_HOSTS, *_MACHINES), 9100, "Beban {item} tinggi selama 15 menit", 16, (10, 120)),
    Signal("CertificateExpiresSoon", "warning", ("app-sso", "gw-api", "app-surel"), 443,
           "Sertifikat {item} habis dalam 14 hari", 3, (600, 4000)),
    Signal(
        "TemperatureHigh", "warning", ("crac-cbt-a", "crac-cbt-b"), 161, "Suhu ruang {item} di atas 27 °C", 4,
        (15, 180),
    ),
    Signal("PacketLoss", "warning", ("rtr-djj-1", "rtr-kdi-1", "rtr-smg-1", "ap-lib-1"), 9116,
           "Paket hilang pada {item} lebih dari 2%", 9, (5, 90)),
    Signal("DeploymentFinished", "info", ("app-seluler", "app-toko", "app-kasir", "app-akademik"), 443,
           "Rilis baru pada {item} selesai", 8, (5, 6)),
    Signal("BatchFinished", "info", ("app-akhir-hari",), 443, "Proses akhir hari selesai pada {item}", 10, (5, 6)),
)  # fmt: skip

PROBE = Signal("ProbeFailed", "critical", (), 9115, "Pemeriksaan dari luar ke {item} gagal", 0, (5, 60))
"""What a second watcher says of the same trouble: it joins the incident that is open already."""
