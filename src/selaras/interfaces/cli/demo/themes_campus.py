"""What goes wrong in the university's services: enrolment, classes, exams."""

from selaras.interfaces.cli.demo.organisation import DATABASES, LEARNING
from selaras.interfaces.cli.demo.theme import Theme

THEMES = (
    Theme(
        "akademik", LEARNING, ("KRS tidak bisa disimpan", "Mahasiswa gagal mengisi KRS"),
        "Mahasiswa {tempat} mendapat pesan ‘kuota penuh’ padahal kelas masih kosong.",
        "Hitungan kuota tidak dikurangi saat mahasiswa batal.",
        "Hitungan dihitung ulang dan aturan batal diperbaiki.", "Mohon kode mata kuliah yang terdampak.",
        "TK2{n} dan TK3{n}.", "Cek semua prodi sebelum besok pagi.", ((2, 1), (2, 2), (1, 2)),
        ("app-akademik", "db-akademik"),
    ),
    Theme(
        "akademik", LEARNING, ("Nilai semester tidak muncul", "Nilai mata kuliah hilang dari transkrip"),
        "Nilai yang sudah dimasukkan dosen tidak muncul di transkrip {n} mahasiswa.",
        "Nilai tersimpan sebagai draf karena batas waktu lewat.",
        "Dosen membuka kembali masa input dan nilai diterbitkan.", "Nama dosen dan kelasnya?", "Kelas B, Bu Anisa.",
        "Bukan cacat sistem, tetapi pesannya tidak jelas.",
    ),
    Theme(
        "akademik", LEARNING, ("Pembayaran kuliah belum terbaca", "Status UKT masih ‘belum lunas’"),
        "Sudah bayar UKT kemarin tetapi status belum lunas, tidak bisa isi KRS.",
        "Berkas rekonsiliasi bank terlambat.", "Rekonsiliasi dijalankan manual; status {n} mahasiswa diperbarui.",
        "Mohon bukti bayar.", "Terlampir.", "Bank mengirim jam 11, biasanya jam 6.", items=("app-spp",),
    ),
    Theme(
        "akademik", LEARNING, ("Jadwal kuliah bentrok setelah perubahan ruang", "Jadwal ruang ganda di {tempat}"),
        "Dua kelas terjadwal di ruang yang sama di {tempat}.",
        "Perubahan ruang dilakukan langsung tanpa pemeriksaan bentrok.",
        "Jadwal dibetulkan dan pemeriksaan diaktifkan.", "Ruang dan jamnya?", "Ruang 30{n}, Selasa jam 10.",
        "Minta BAAK memakai menu yang benar.",
    ),
    Theme(
        "akademik", DATABASES, ("Sistem akademik lambat pada jam 9", "Halaman KRS butuh satu menit"),
        "Setiap jam 9 sistem akademik sangat lambat.", "Cadangan data dijalankan pada jam sibuk.",
        "Jadwal cadangan dipindah ke pukul 02.00.", "Apakah setiap hari?", "Ya, setiap hari kerja.",
        "Terlihat di grafik I/O pg-bersama-2.", ((2, 2), (3, 2)), ("klaster-pg", "pg-bersama-2"),
    ),
    Theme(
        "pembelajaran", LEARNING, ("Tidak bisa mengunggah tugas", "Unggah tugas gagal di atas 20 MB"),
        "Unggah tugas berhenti di 99 persen. Tenggat malam ini.",
        "Batas ukuran di gerbang lebih kecil dari batas aplikasi.",
        "Batas disamakan menjadi 100 MB; tenggat diperpanjang dosen.", "Ukuran dan jenis berkasnya?", "PDF {n} MB.",
        "Sama dengan kejadian semester lalu.", items=("berkas-1", "app-kelas"),
    ),
    Theme(
        "pembelajaran", LEARNING, ("Ujian daring terputus di tengah jalan", "Mahasiswa keluar sendiri dari ujian"),
        "Sekitar {n} mahasiswa keluar dari ujian dan tidak bisa masuk lagi.",
        "Sesi masuk habis setelah 60 menit, ujian 90 menit.",
        "Masa sesi ujian dinaikkan ke 3 jam; waktu pengganti diberikan.", "Ujian mata kuliah apa?",
        "Statistika Dasar, kelas A–D.", "Jangan ubah sesi selama ujian berjalan.", ((1, 2), (2, 1)),
        ("app-ujian", "app-sso"),
    ),
    Theme(
        "pembelajaran", LEARNING, ("Video kuliah tidak bisa diputar", "Rekaman kuliah macet"),
        "Video minggu ke-{n} berhenti di menit kedua.", "Berkas video belum selesai dikonversi.",
        "Konversi diulang; video dapat diputar.", "Peramban apa yang dipakai?", "Chrome di Android.",
        "Antrean konversi menumpuk karena satu pekerja mati.",
    ),
    Theme(
        "pembelajaran", LEARNING, ("Quiz results differ between lecturer and student view",),
        "Students see {n} points, the lecturer's export shows less.", "Rounding in the export drops half points.",
        "Export fixed and sent again to the lecturers.", "Which quiz is it?", "Quiz 4, Thermodynamics.",
        "Low impact, but grades are sensitive.", ((3, 2), (3, 3)), (), True,
    ),
    Theme(
        "pembelajaran", LEARNING, ("Mahasiswa baru belum masuk ruang kelas", "Peserta kelas kosong"),
        "Kelas {tempat} kosong, mahasiswa tidak terdaftar otomatis.",
        "Sinkronisasi dari akademik berhenti setelah perubahan kode prodi.",
        "Pemetaan prodi diperbarui dan sinkronisasi dijalankan.", "Kode kelasnya?", "FT-{n}.",
        "Cek sinkronisasi setiap awal semester.",
    ),
)  # fmt: skip
