"""What goes wrong in the retailer's services: tills, stock, the online shop."""

from selaras.interfaces.cli.demo.organisation import DATABASES, FIELD, SHOPS
from selaras.interfaces.cli.demo.theme import Theme

GRAVE = ((1, 2), (2, 1), (2, 2))

THEMES = (
    Theme(
        "kasir-toko", SHOPS, ("Kasir tidak bisa mencetak struk", "Printer struk mati di {tempat}"),
        "Printer struk di {tempat} menyala tetapi tidak mencetak. Pelanggan minta struk.",
        "Driver cetak lepas setelah pembaruan sistem kasir.", "Driver dipasang ulang, struk tercetak normal.",
        "Apakah lampu printer hijau atau merah?", "Hijau, tapi berkedip.",
        "Toko lain dengan versi sama juga berisiko.",
    ),
    Theme(
        "kasir-toko", SHOPS, ("Kasir masuk mode luring terus", "Kasir {tempat} luring sejak buka toko"),
        "Semua kasir di {tempat} tampil ‘luring’. Penjualan tetap jalan tetapi promo tidak berlaku.",
        "Antrean pesan toko penuh, server kasir menolak sambungan baru.",
        "Antrean dikosongkan dan kapasitas ditambah; kasir tersambung kembali satu per satu.",
        "Apakah internet di toko jalan?", "Jalan, bisa buka situs.", "mq-toko menyimpan {n} ribu pesan gagal.",
        GRAVE, ("mq-toko", "app-kasir"),
    ),
    Theme(
        "kasir-toko", SHOPS, ("Harga di kasir beda dengan rak", "Harga promo tidak terbaca kasir"),
        "Barang promo minggu ini masih harga normal di kasir {tempat}. Pelanggan komplain.",
        "Berkas promo dikirim sebelum jam berlakunya dan ditolak diam-diam.",
        "Berkas dikirim ulang; harga sudah sama.", "Bisa sebutkan dua contoh kode barang?",
        "899100{n} dan 899777{n}.", "Mesin promosi perlu memberi tahu bila menolak berkas.", ((2, 2), (3, 2)),
        ("app-promo",),
    ),
    Theme(
        "kasir-toko", FIELD, ("Layar sentuh kasir tidak merespons", "Layar kasir 2 mati sebelah"),
        "Layar sentuh kasir di {tempat} tidak merespons di bagian kanan.",
        "Kabel layar longgar karena meja kasir digeser.", "Kabel diganti di lokasi oleh dukungan lapangan.",
        "Apakah masih bisa dipakai dengan papan ketik?", "Bisa tetapi lambat sekali.",
        "Suku cadang ada di gudang Makassar.",
    ),
    Theme(
        "kasir-toko", SHOPS, ("Laporan penjualan harian kosong",),
        "Laporan penjualan {tempat} kemarin kosong, padahal toko ramai.",
        "Sinkronisasi malam berhenti karena satu transaksi rusak.", "Transaksi diperbaiki dan sinkronisasi diulang.",
        "Apakah laporan tanggal sebelumnya ada?", "Ada, hanya kemarin yang kosong.",
        "Satu baris dengan jumlah negatif. Lihat catatan DB.", items=("db-kasir",),
    ),
    Theme(
        "kasir-toko", SHOPS, ("Void transaction needs supervisor twice", "Supervisor PIN asked twice on void"),
        "Since the last update our cashiers must enter the supervisor PIN twice for each void.",
        "The confirmation step was added in both the till and the server.",
        "Server-side step removed in release 3.{n}.", "Which till version is shown at the bottom left?", "3.{n}-b.",
        "Cosmetic but annoys the shops.", ((3, 3), (3, 2)), (), True,
    ),
    Theme(
        "gudang", SHOPS, ("Stok tidak berkurang setelah penjualan", "Selisih stok {tempat} makin besar"),
        "Stok di sistem tidak berkurang sejak dua hari. Opname hari ini selisih {n} barang.",
        "Konsumen antrean stok berhenti setelah galat skema.", "Konsumen dijalankan lagi dan pesan diputar ulang.",
        "Mohon lampirkan hasil opname.", "Sudah dilampirkan.", "Pesan gagal disimpan, aman diputar ulang.",
        ((2, 2), (3, 1)), ("app-gudang", "mq-toko"),
    ),
    Theme(
        "gudang", SHOPS, ("Pemindai barcode gudang putus-putus", "Scanner gudang tidak tersambung Wi-Fi"),
        "Pemindai di gudang {tempat} sering putus, penerimaan barang jadi lambat.",
        "Kanal Wi-Fi bertabrakan dengan gudang sebelah.",
        "Kanal dan daya pancar diatur ulang; pemindai stabil selama satu giliran.",
        "Di lorong mana paling sering putus?", "Lorong 7 sampai 9.", "Perlu survei sinyal bila berulang.",
        items=("ap-pnk-1",),
    ),
    Theme("gudang", SHOPS, ("Surat jalan tidak bisa dicetak", "Dokumen kirim antartoko galat"),
          "Surat jalan ke {tempat} tidak bisa dicetak, truk menunggu.", "Nomor dokumen habis pada format lama.",
          "Format nomor diperpanjang dan surat jalan tercetak.", "Nomor surat jalan terakhir berapa?", "SJ-9999.",
          "Format 4 angka. Toko lain akan kena minggu depan.", ((2, 1), (2, 2)), ("app-kirim",)),
    Theme(
        "gudang", DATABASES, ("Penerimaan barang sangat lambat", "Simpan penerimaan lebih dari satu menit"),
        "Menyimpan satu penerimaan barang perlu {n} detik. Antrean truk panjang.",
        "Indeks hilang setelah pemeliharaan.", "Indeks dibuat kembali secara daring; simpan di bawah satu detik.",
        "Apakah semua pemasok atau hanya satu?", "Semua.",
        "Skrip pemeliharaan menghapus indeks. Diperbaiki di repositori.", items=("db-gudang", "klaster-pg"),
    ),
    Theme(
        "toko-daring", SHOPS, ("Situs belanja tidak bisa dibuka", "Toko daring galat 502"),
        "Pelanggan melapor situs menampilkan galat 502. Kampanye sedang berjalan.",
        "Lonjakan kunjungan membuat cache jatuh.", "Dua simpul cache ditambah dan batas memori dinaikkan.",
        "Kampanye selesai jam berapa?", "Jam 22.00 WITA malam ini.", "Siapkan kapasitas untuk kampanye berikutnya.",
        ((1, 2), (2, 1)), ("cache-toko", "app-toko"),
    ),
    Theme(
        "toko-daring", SHOPS, ("Pembayaran berhasil tetapi pesanan batal", "Pesanan otomatis batal setelah bayar"),
        "{n} pelanggan sudah membayar tetapi pesanan dibatalkan sistem.",
        "Batas waktu pesanan lebih pendek dari konfirmasi bayar.",
        "Batas waktu disamakan; pesanan dipulihkan dan pelanggan diberi tahu.", "Mohon nomor pesanannya.",
        "MB-20{n}1 sampai MB-20{n}9.", "Koordinasi dengan tim pembayaran.", ((2, 1), (2, 2)),
        ("app-toko", "app-bayar"),
    ),
    Theme(
        "toko-daring", SHOPS, ("Pencarian produk tidak menemukan barang baru", "Search misses new products"),
        "Produk yang dimasukkan kemarin belum muncul di pencarian.",
        "Pengindeksan malam gagal karena disk mesin pencarian penuh.",
        "Indeks lama dibersihkan dan pengindeksan dijalankan.", "Contoh nama produk?", "Kopi Toraja 200 g.",
        "Disk cari-1 92%.", items=("cari-1", "app-cari"),
    ),
    Theme(
        "toko-daring", SHOPS, ("Product photos load slowly outside Java", "Images slow from Sulawesi"),
        "Customers in Manado and Jayapura wait about {n} seconds for product photos.",
        "The CDN sent eastern Indonesia to a distant node.",
        "Routing corrected by the CDN provider; photos load under 2 s.",
        "Can you send a screenshot of the network tab?", "Sent by mail.", "CDN ticket opened.", ((3, 2), (3, 3)),
        ("ext-cdn",), True,
    ),
)  # fmt: skip
