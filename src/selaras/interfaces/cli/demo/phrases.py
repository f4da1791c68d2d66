"""What people at a service desk write besides the matter itself: greetings, progress, thanks, reasons."""

from types import MappingProxyType

from selaras.interfaces.cli.demo.organisation import BANK, CAMPUS, RETAIL

GREETINGS = (
    "Terima kasih laporannya, sedang kami periksa.",
    "Selamat siang, laporan sudah kami terima dan sedang ditangani.",
    "Baik, kami cek dulu dari sisi kami. Kabar berikutnya paling lambat satu jam lagi.",
    "Kami sudah melihat gejalanya dan sedang mencari penyebabnya.",
    "Mohon maaf atas gangguannya. Tim terkait sudah mulai bekerja.",
)
GREETINGS_EN = (
    "Thank you for reporting this; we are looking into it.",
    "We can see the symptom and are searching for the cause.",
    "Sorry for the trouble. The team is on it.",
)
PROGRESS = (
    "Penyebab sudah ditemukan, perbaikan sedang dipasang.",
    "Sementara kami alihkan dulu supaya pekerjaan bisa jalan.",
    "Masih kami pantau; sejauh ini normal.",
    "Perbaikan diuji di lingkungan uji, hasilnya baik.",
    "Perlu sedikit waktu lagi, perkiraan satu jam.",
)
INTERNAL = (
    "Mirip dengan kejadian bulan lalu, lihat riwayat layanan ini.",
    "Sudah koordinasi lewat telepon dengan tim sebelah.",
    "Diserahkan ke giliran sore bila belum selesai jam 16.00.",
    "Log diambil dan disimpan untuk manajemen masalah.",
    "Pengguna VIP, mohon kabari sebelum jam 12.",
)
THANKS = ("Sudah bisa, terima kasih.", "Sudah normal kembali. Terima kasih banyak!", "Oke sudah jalan, makasih.")
THANKS_EN = ("Works again, thank you.", "All good now, thanks.")
STILL = (
    "Masih sama, baru saja terjadi lagi.",
    "Tadi sempat bisa, sekarang gagal lagi.",
    "Di komputer saya sudah, tetapi rekan di meja sebelah belum.",
)
CANCELLED = (
    "Pelapor memberi tahu sudah bisa sendiri.",
    "Ternyata salah aplikasi; diarahkan ke permintaan layanan.",
    "Uji coba pelapor, bukan gangguan.",
)
SUPPLIER = (
    "Menunggu teknisi penyedia sambungan tiba di lokasi",
    "Menunggu suku cadang dari pemasok",
    "Menunggu jawaban penyedia switching",
)
CHANGE = (
    "Menunggu perubahan dipasang pada jendela pemeliharaan malam ini",
    "Menunggu rilis perbaikan hari Kamis",
    "Menunggu persetujuan perubahan firewall",
)
PLACES = MappingProxyType(
    {
        BANK: ("Cabang Bandung", "Cabang Semarang", "Cabang Surabaya", "Cabang Depok", "Cabang Medan", "kantor pusat"),
        RETAIL: ("Toko Panakkukang", "Toko Manado", "Toko Kendari", "Toko Palu", "Toko Jayapura", "gudang Makassar"),
        CAMPUS: ("Fakultas Teknik", "Fakultas Kedokteran", "Perpustakaan", "BAAK", "Gedung Rektorat"),
    }
)
