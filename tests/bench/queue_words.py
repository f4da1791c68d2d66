"""Titles as people write them: Indonesian and English words, a few used all the time and most of them seldom."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random

_OFTEN = """tidak bisa gagal error login aplikasi lambat printer jaringan email akses laporan password server user data
mencetak membuka terputus reset koneksi mengirim masuk layar komputer laptop backup timeout database cabang kantor
tombol menu halaman simpan dokumen faktur transaksi pembayaran kasir stok gudang absensi cuti gaji surat lampiran
unduh unggah izin akun terkunci verifikasi sertifikat kedaluwarsa slow disk full memory restart service down high cpu
usage alert latency packet loss switch router firewall vpn wifi antena kabel monitor keyboard mouse scanner telepon
rapat video suara kamera driver update instal lisensi virus spam blokir hapus hilang rusak salah kosong ganda selisih
jurnal neraca kurs pajak ekspor impor cetak ulang tertunda antrean jadwal tugas proses macet berhenti penuh panas
mati listrik genset pendingin rak kabinet sensor suhu asap pintu kartu identitas sidik jari pelanggan vendor kontrak
"""
_RARE = 30_000  # names of hosts, forms and accounts, each seen now and then
TITLE, TEXT = 6, 8  # words drawn for each record
DRAWN = TITLE + TEXT
_KINDS = ("srv-app", "srv-db", "sw-core", "rtr", "form", "ap", "vm", "nota")


class Vocabulary:
    """Words by rank; how often each is drawn falls with its rank (Zipf)."""

    def __init__(self) -> None:
        rare = [f"{_KINDS[n % len(_KINDS)]}-{n:05d}" for n in range(_RARE)]
        self.words: Sequence[str] = (*dict.fromkeys(_OFTEN.split()), *rare)
        self._steps = list(accumulate(1 / (rank + 2) for rank in range(len(self.words))))

    def rank_of(self, share: float) -> int:
        """The place of the word that this share of the records holds."""
        return round(DRAWN / (share * self._steps[-1])) - 2

    def draw(self, rng: Random, many: int) -> list[int]:
        """The ranks of this many words."""
        top = self._steps[-1]
        return [bisect(self._steps, rng.random() * top) for _ in range(many)]
