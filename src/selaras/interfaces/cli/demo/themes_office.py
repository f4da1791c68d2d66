"""What goes wrong in the services that every customer uses: network, identity, mail, workplace."""

from selaras.interfaces.cli.demo.organisation import DESK, FIELD, NETWORK, SERVERS
from selaras.interfaces.cli.demo.theme import Theme

MILD = ((3, 2), (3, 3), (3, 3))

THEMES = (
    Theme(
        "surel", SERVERS, ("Surel keluar tertahan", "E-mail ke luar tidak terkirim"),
        "Surel ke mitra tidak sampai sejak siang, tidak ada pesan galat.",
        "Alamat IP masuk daftar hitam karena satu akun diretas.",
        "Akun dibekukan, antrean dibersihkan, penghapusan daftar hitam disetujui.", "Ke alamat mana saja?",
        "Semua alamat di luar kantor.", "Akun yang mengirim massal: bagian pemasaran.", ((2, 2), (2, 1)),
        ("app-surel",),
    ),
    Theme(
        "surel", DESK, ("Kotak surat penuh", "Tidak bisa menerima surel, kuota habis"),
        "Ada pesan kuota 5 GB sudah penuh.", "Lampiran besar tidak pernah diarsipkan.",
        "Arsip otomatis diaktifkan, kuota kembali 40 persen.", "Boleh kami arsipkan surel di atas dua tahun?",
        "Boleh.", "Tawarkan panduan arsip.", MILD,
    ),
    Theme(
        "surel", SERVERS,
        ("Calendar invitations arrive without a meeting link", "Meeting link missing in invitations"),
        "Since this week invitations sent from the web client carry no meeting link.",
        "The meeting plug-in lost its token.", "Token renewed; new invitations carry the link again.",
        "Does it happen from the desktop client too?", "No, only on the web.", "Token renewal should be automatic.",
        MILD, ("app-rapat",), True,
    ),
    Theme(
        "surel", DESK, ("Mencurigakan: surel minta ganti kata sandi", "Laporan surel penipuan"),
        "Ada surel mengaku dari TI meminta kata sandi. {n} rekan sudah menerima.",
        "Kampanye penipuan dari domain mirip.", "Domain diblokir, surel ditarik, dua kata sandi direset.",
        "Apakah ada yang mengeklik tautannya?", "Dua orang mengeklik, satu mengisi.",
        "Laporkan ke tim keamanan pelanggan.", ((2, 1), (3, 2)), ("app-surel",),
    ),
    Theme(
        "identitas", DESK, ("Akun terkunci", "Tidak bisa masuk, akun terkunci lagi"),
        "Akun saya terkunci setelah libur panjang.", "Kata sandi lama masih tersimpan di ponsel.",
        "Akun dibuka dan kata sandi di ponsel diganti.", "Apakah ponsel memakai surel kantor?", "Ya, dua ponsel.",
        "Verifikasi identitas lewat nomor pegawai: cocok.", MILD,
    ),
    Theme(
        "identitas", DESK, ("Lupa kata sandi dan nomor ponsel sudah ganti", "Reset kata sandi gagal, nomor lama"),
        "Nomor ponsel sudah ganti sehingga kode reset tidak sampai.", "Data kontak belum diperbarui oleh SDM.",
        "Identitas diverifikasi lewat atasan, nomor diperbarui, sandi direset.", "Siapa atasan langsung Anda?",
        "Bu Rina.", "Menunggu telepon balik atasan.", MILD,
    ),
    Theme(
        "identitas", SERVERS, ("Masuk tunggal berputar terus", "Login selalu kembali ke halaman awal"),
        "Setiap masuk ke aplikasi selalu kembali ke halaman masuk. {n} orang di {tempat}.",
        "Jam server masuk tunggal bergeser tiga menit.", "Sinkronisasi waktu diperbaiki; masuk normal.",
        "Apakah di peramban lain juga?", "Ya, semua peramban.", "NTP vm-sso-2 mati sejak pembaruan.",
        ((2, 2), (2, 1)), ("app-sso", "vm-sso-2"),
    ),
    Theme(
        "jaringan-kantor", NETWORK, ("Internet lambat di {tempat}", "Koneksi {tempat} putus-putus"),
        "Koneksi di {tempat} sangat lambat, rapat daring terputus.",
        "Pembaruan sistem serentak memakan seluruh kapasitas.",
        "Pembaruan dijadwalkan malam hari dan lalu lintas dibatasi.", "Lewat kabel atau Wi-Fi?", "Dua-duanya.",
        "Grafik rtr menunjukkan 98% sejak 08.30.", ((2, 2), (3, 2)),
        ("rtr-bdg-1", "rtr-smg-1", "rtr-pnk-1", "rtr-ftk-1"),
    ),
    Theme(
        "jaringan-kantor", NETWORK, ("Wi-Fi tidak bisa tersambung di {tempat}", "Wi-Fi minta kata sandi terus"),
        "Wi-Fi di {tempat} meminta kata sandi berulang kali.",
        "Sertifikat RADIUS berganti dan belum dipercaya perangkat.",
        "Profil baru didorong ke perangkat; panduan dikirim ke pengguna.", "Perangkat apa?", "Laptop dan ponsel.",
        "Umumkan sebelum ganti sertifikat berikutnya.", ((3, 2), (2, 2)), ("wifi-ctl-1",),
    ),
    Theme(
        "jaringan-kantor", NETWORK, ("{tempat} terputus total", "Jaringan {tempat} mati"),
        "Seluruh {tempat} tidak ada jaringan sejak {n} menit lalu.", "Kabel serat terpotong pekerjaan jalan.",
        "Penyedia menyambung kabel; sementara lewat modem seluler.", "Apakah listrik di ruang perangkat menyala?",
        "Menyala, lampu router merah.", "Tiket penyedia serat SO-{n}, perkiraan 4 jam.", ((1, 1), (1, 2), (2, 1)),
        ("rtr-sby-1", "rtr-mnd-1", "rtr-djj-1", "rtr-kdi-1"),
    ),
    Theme(
        "jaringan-kantor", NETWORK, ("VPN drops every few minutes", "VPN disconnects when working from home"),
        "My VPN drops every {n} minutes when I work from home.",
        "Dead peer detection was set too tight on the gateway.", "Timer relaxed; the session held for two hours.",
        "Which provider do you use at home?", "A cable provider.", "Seen by four users this week.", MILD,
        ("vpn-cbt-1",), True,
    ),
    Theme(
        "perangkat-kerja", FIELD, ("Laptop tidak mau menyala", "Laptop mati total"),
        "Laptop mati sejak pagi, sudah diisi daya semalaman.", "Baterai rusak.",
        "Baterai diganti di lokasi, data aman.", "Merek dan nomor asetnya?", "Aset LP-0{n}.",
        "Masih garansi sampai tahun depan.", MILD,
    ),
    Theme(
        "perangkat-kerja", FIELD, ("Pencetak macet di {tempat}", "Printer lantai 2 hasilnya bergaris"),
        "Hasil cetak bergaris dan kertas sering macet di {tempat}.", "Drum pencetak habis masa pakai.",
        "Drum diganti, hasil bersih.", "Jenis pencetaknya?", "Yang besar di dekat lift.", "Stok drum tinggal {n}.",
        MILD, ("app-cetak",),
    ),
    Theme(
        "perangkat-kerja", DESK, ("Aplikasi kantor minta aktivasi", "Lisensi perangkat lunak kedaluwarsa"),
        "Setiap dibuka muncul permintaan aktivasi.", "Lisensi tidak terpasang setelah laptop diganti.",
        "Lisensi dipindah ke perangkat baru.", "Sejak kapan memakai laptop ini?", "Sejak Senin.",
        "Tambahkan ke daftar periksa penggantian laptop.", MILD,
    ),
    Theme(
        "perangkat-kerja", SERVERS, ("Tidak bisa mencetak dari semua komputer", "Server cetak tidak merespons"),
        "Semua komputer di {tempat} tidak bisa mencetak.",
        "Layanan antrean cetak berhenti karena satu dokumen rusak.",
        "Antrean dibersihkan dan layanan dijalankan otomatis bila berhenti.", "Apakah pindai masih bisa?",
        "Pindai bisa.", "Dokumen PDF 900 halaman dari bagian arsip.", ((2, 2), (3, 1)), ("app-cetak", "vm-cetak-1"),
    ),
    Theme(
        "perangkat-kerja", FIELD, ("Monitor kedua tidak terdeteksi", "Docking station not detected"),
        "Monitor kedua tidak terdeteksi setelah pindah meja.", "Kabel dok tidak mendukung dua layar.",
        "Kabel diganti.", "Model doknya apa?", "Tertulis TD-{n}.", "Stok kabel dipesan.", MILD,
    ),
)  # fmt: skip
