"""The estate: some 150 configuration items, from sites and power up to applications, and what depends on what.

Regular parts (hosts, virtual machines, branches) are spelled out by rule, the rest by name. Monitoring knows an item by
its slug, its full host name, and its exporter's `address:port`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selaras.domains.services.contracts import Environment, ItemClass
from selaras.interfaces.cli.demo.organisation import (
    BANKING,
    DATABASES,
    FACILITIES,
    LEARNING,
    NETWORK,
    SERVERS,
    SHOPS,
)

WALK_TARGET = "vm-kasir-2"
"""The item that the README's walk takes down; the history leaves it in peace, so that its alert opens an incident."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item to be made, and the slugs of what it depends on."""

    slug: str
    name: str
    item_class: ItemClass
    team: str
    on: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    environment: Environment = Environment.PRODUCTION
    attributes: Mapping[str, str] = field(default_factory=dict)


def items() -> tuple[Item, ...]:
    """Every item, lower ones first where there is no cycle."""
    return (*_sites(), *_network(), *_branches(), *_hosts(), *_databases(), *_middleware(), *_applications())


def edges() -> tuple[tuple[str, str], ...]:
    """Every dependency between items as (upper, lower) slugs."""
    return tuple((item.slug, lower) for item in items() for lower in item.on)


def _site(slug: str, name: str, *on: str, item_class: ItemClass = ItemClass.SITE) -> Item:
    return Item(slug, name, item_class, FACILITIES, on)


def _sites() -> Iterator[Item]:
    yield _site("dc-cibitung", "Pusat data Cibitung")
    yield _site("dc-sidoarjo", "Pusat data cadangan Sidoarjo")
    yield _site("hub-makassar", "Simpul Makassar")
    facility = ItemClass.FACILITY
    for letter in "ab":
        yield _site(f"ups-cbt-{letter}", f"UPS Cibitung {letter.upper()}", "dc-cibitung", item_class=facility)
        yield _site(
            f"crac-cbt-{letter}", f"Pendingin ruang {letter.upper()} Cibitung", "dc-cibitung", item_class=facility
        )
    yield _site("genset-cbt", "Genset Cibitung 1250 kVA", "dc-cibitung", item_class=facility)
    yield _site("ups-sda", "UPS Sidoarjo", "dc-sidoarjo", item_class=facility)
    yield _site("ups-mks", "UPS Makassar", "hub-makassar", item_class=facility)


def _net(slug: str, name: str, address: str, *on: str, **attributes: str) -> Item:
    names = (f"{slug}.net.tirtamaya.example", address, f"{address}:9116")
    return Item(slug, name, ItemClass.NETWORK, NETWORK, on, names, attributes={"alamat": address, **attributes})


def _network() -> Iterator[Item]:
    for number, (slug, name) in enumerate(
        (("isp-samudra", "Sambungan Samudra Serat Optika"), ("isp-lintas", "Sambungan cadangan Lintas")), 1
    ):
        yield Item(slug, name, ItemClass.EXTERNAL, NETWORK, attributes={"kapasitas": f"{3 - number} Gbps"})
    yield Item("ext-switching", "Jaringan switching antarbank", ItemClass.EXTERNAL, BANKING)
    yield Item("ext-cdn", "CDN pihak ketiga", ItemClass.EXTERNAL, SHOPS)
    yield Item("ext-whatsapp", "Gerbang pesan singkat", ItemClass.EXTERNAL, BANKING)
    power = ("ups-cbt-a", "ups-cbt-b")
    for n in (1, 2):
        yield _net(f"sw-inti-cbt-{n}", f"Switch inti Cibitung {n}", f"10.20.0.{n}", power[n - 1], model="48×25G")
    yield _net("sw-inti-sda-1", "Switch inti Sidoarjo", "10.30.0.1", "ups-sda")
    yield _net("sw-inti-mks-1", "Switch inti Makassar", "10.40.0.1", "ups-mks")
    for n in (1, 2):
        yield _net(f"fw-cbt-{n}", f"Firewall Cibitung {n}", f"10.20.0.{10 + n}", f"sw-inti-cbt-{n}")
    yield _net("fw-sda-1", "Firewall Sidoarjo", "10.30.0.11", "sw-inti-sda-1")
    yield _net("rtr-cbt-1", "Router tepi Cibitung", "10.20.0.21", "fw-cbt-1", "isp-samudra")
    yield _net("rtr-sda-1", "Router tepi Sidoarjo", "10.30.0.21", "fw-sda-1", "isp-lintas")
    yield _net("rtr-mks-1", "Router tepi Makassar", "10.40.0.21", "sw-inti-mks-1", "isp-samudra")
    yield _net("lb-cbt-1", "Penyeimbang beban 1", "10.20.0.31", "sw-inti-cbt-1")
    yield _net("lb-cbt-2", "Penyeimbang beban 2", "10.20.0.32", "sw-inti-cbt-2")
    yield _net("vpn-cbt-1", "Gerbang VPN", "10.20.0.41", "rtr-cbt-1")
    yield _net("sdwan-ctl-1", "Pengendali SD-WAN", "10.20.0.51", "rtr-cbt-1")
    yield _net("wifi-ctl-1", "Pengendali Wi-Fi", "10.20.0.52", "sw-inti-cbt-1")
    yield _net("dns-1", "DNS 1", "10.20.0.53", "sw-inti-cbt-1")
    yield _net("dns-2", "DNS 2", "10.30.0.53", "sw-inti-sda-1")


BRANCHES = {
    "bdg": "Cabang Bandung", "smg": "Cabang Semarang", "sby": "Cabang Surabaya", "dpk": "Cabang Depok",
    "mdn": "Cabang Medan", "pnk": "Toko Panakkukang", "mnd": "Toko Manado", "kdi": "Toko Kendari",
    "plw": "Toko Palu", "djj": "Toko Jayapura", "dps": "Toko Denpasar", "ftk": "Gedung Fakultas Teknik",
    "fkp": "Gedung Fakultas Kedokteran", "lib": "Perpustakaan pusat", "rek": "Gedung Rektorat",
}  # fmt: skip


def _branches() -> Iterator[Item]:
    for number, (code, place) in enumerate(BRANCHES.items(), 1):
        above = "rtr-mks-1" if code in ("pnk", "mnd", "kdi", "plw", "djj", "dps") else "sdwan-ctl-1"
        yield _net(f"rtr-{code}-1", f"Router {place}", f"10.60.{number}.1", above)
    for code in ("bdg", "sby", "pnk", "mnd", "ftk", "lib"):
        yield _net(
            f"ap-{code}-1", f"Titik akses {BRANCHES[code]}", f"10.61.{len(code)}.{ord(code[0])}", f"rtr-{code}-1"
        )
    for code in ("pnk", "mnd", "djj", "kdi"):
        yield Item(f"kasir-{code}-1", f"Kasir 1 {BRANCHES[code]}", ItemClass.ENDPOINT, SHOPS, (f"rtr-{code}-1",))
    yield Item("cetak-bdg-1", "Pencetak buku tabungan Bandung", ItemClass.DEVICE, BANKING, ("rtr-bdg-1",))


def _hosts() -> Iterator[Item]:
    yield Item("san-cbt-1", "Penyimpanan SAN Cibitung", ItemClass.STORAGE, SERVERS, ("ups-cbt-a", "ups-cbt-b"))
    yield Item("san-sda-1", "Penyimpanan SAN Sidoarjo", ItemClass.STORAGE, SERVERS, ("ups-sda",))
    yield Item("bkp-sda-1", "Server cadangan", ItemClass.STORAGE, SERVERS, ("san-sda-1",), ("10.30.2.9:9100",))
    for site, network, count, power in (("cbt", "10.20.1", 8, "ups-cbt-a"), ("sda", "10.30.1", 4, "ups-sda")):
        for n in range(1, count + 1):
            on = (f"sw-inti-{site}-1", f"san-{site}-1", power)
            yield _machine(f"hv-{site}-{n:02}", f"Host virtual {site.upper()} {n}", f"{network}.{10 + n}", *on)
    for site, count in (("cbt", 8), ("sda", 4)):
        hosts = tuple(f"hv-{site}-{n:02}" for n in range(1, count + 1))
        yield Item(f"klaster-{site}", f"Klaster virtual {site.upper()}", ItemClass.CLUSTER, SERVERS, hosts)


def _machine(slug: str, name: str, address: str, *on: str, item_class: ItemClass = ItemClass.HOST) -> Item:
    names = (f"{slug}.tirtamaya.example", f"{slug}.tirtamaya.example:9100", f"{address}:9100", address)
    return Item(slug, name, item_class, SERVERS, on, names, attributes={"alamat": address, "os": "Debian 12"})


def _database(slug: str, name: str, address: str, *on: str, port: int = 5432) -> Item:
    names = (f"{slug}.tirtamaya.example", f"{slug}.tirtamaya.example:9187", f"{address}:9187", f"{address}:{port}")
    return Item(slug, name, ItemClass.DATABASE, DATABASES, on, names, attributes={"mesin": "PostgreSQL 17"})


def _databases() -> Iterator[Item]:
    # Three peers that watch over each other: a cycle, as real clusters have it.
    for n in (1, 2, 3):
        yield _database(
            f"pg-bersama-{n}", f"PostgreSQL bersama {n}", f"10.20.4.{n}", f"hv-cbt-0{n}", f"pg-bersama-{n % 3 + 1}"
        )
    yield Item("klaster-pg", "Klaster basis data bersama", ItemClass.CLUSTER, DATABASES,
               ("pg-bersama-1", "pg-bersama-2", "pg-bersama-3"), ("pg.tirtamaya.example",))  # fmt: skip
    own = ("inti", "bayar", "seluler", "kasir", "gudang", "toko", "akademik", "kelas")
    for n, what in enumerate(own, 11):
        below = ("klaster-cbt", "san-cbt-1") if what in ("inti", "bayar") else ("klaster-pg",)
        yield _database(f"db-{what}", f"Basis data {what}", f"10.20.4.{n}", *below)
    yield _database("db-inti-siaga", "Basis data inti siaga", "10.30.4.11", "klaster-sda", "db-inti")


def _middleware() -> Iterator[Item]:
    for slug, name, port, on in (
        ("mq-bayar", "Antrean pesan pembayaran", 9419, ("klaster-cbt",)),
        ("mq-toko", "Antrean pesan toko", 9419, ("klaster-cbt",)),
        ("cache-seluler", "Cache sesi seluler", 9121, ("klaster-cbt",)),
        ("cache-toko", "Cache toko daring", 9121, ("klaster-cbt",)),
        ("gw-api", "Gerbang API", 9145, ("lb-cbt-1", "lb-cbt-2")),
        ("ldap-1", "Direktori pengguna", 9330, ("klaster-cbt",)),
        ("cari-1", "Mesin pencarian", 9114, ("klaster-cbt",)),
        ("berkas-1", "Penyimpanan objek", 9000, ("san-cbt-1",)),
    ):
        yield Item(slug, name, ItemClass.MIDDLEWARE, SERVERS, on, (f"{slug}.tirtamaya.example:{port}",))


# Application, name, team, number of virtual machines, what it stands on besides them.
APPLICATIONS = (
    ("inti", "Inti perbankan", BANKING, 3, ("db-inti", "mq-bayar")),
    ("akhir-hari", "Proses akhir hari", BANKING, 1, ("db-inti", "app-inti")),
    ("bayar", "Gerbang pembayaran", BANKING, 3, ("db-bayar", "mq-bayar", "gw-api", "ext-switching")),
    ("qr", "Layanan QR", BANKING, 2, ("app-bayar", "gw-api")),
    ("seluler", "API perbankan seluler", BANKING, 3, ("db-seluler", "cache-seluler", "gw-api", "app-inti")),
    ("notifikasi", "Notifikasi nasabah", BANKING, 1, ("mq-bayar", "ext-whatsapp")),
    ("kasir", "Server kasir", SHOPS, 3, ("db-kasir", "mq-toko", "gw-api")),
    ("promo", "Mesin promosi", SHOPS, 1, ("db-kasir", "cache-toko")),
    ("gudang", "Sistem gudang", SHOPS, 2, ("db-gudang", "mq-toko")),
    ("kirim", "Pengiriman", SHOPS, 1, ("app-gudang",)),
    ("toko", "Situs toko daring", SHOPS, 3, ("db-toko", "cache-toko", "berkas-1", "gw-api")),
    ("cari", "Pencarian produk", SHOPS, 1, ("cari-1",)),
    ("akademik", "Sistem akademik", LEARNING, 2, ("db-akademik", "gw-api")),
    ("spp", "Pembayaran kuliah", LEARNING, 1, ("app-akademik", "app-bayar")),
    ("kelas", "Ruang kelas daring", LEARNING, 2, ("db-kelas", "berkas-1")),
    ("ujian", "Ujian daring", LEARNING, 2, ("db-kelas", "app-kelas")),
    ("sso", "Masuk tunggal", SERVERS, 2, ("ldap-1", "klaster-pg")),
    ("otp", "Layanan OTP", SERVERS, 1, ("ext-whatsapp", "app-sso")),
    ("surel", "Server surel", SERVERS, 2, ("ldap-1", "berkas-1")),
    ("rapat", "Rapat daring", SERVERS, 1, ("app-sso",)),
    ("cetak", "Server cetak", SERVERS, 1, ("ldap-1",)),
    ("mdm", "Pengelola perangkat", SERVERS, 1, ("app-sso",)),
)  # fmt: skip


def _applications() -> Iterator[Item]:
    address = 10
    for key, name, team, count, on in APPLICATIONS:
        machines = tuple(f"vm-{key}-{n}" for n in range(1, count + 1))
        for slug in machines:
            address += 1
            above = "klaster-sda" if slug.endswith("-3") else "klaster-cbt"
            yield _machine(slug, f"VM {slug.removeprefix('vm-')}", f"10.20.8.{address}", above,
                           item_class=ItemClass.VIRTUAL_MACHINE)  # fmt: skip
        yield Item(f"app-{key}", name, ItemClass.APPLICATION, team, (*machines, *on), (f"{key}.tirtamaya.example",))
    staging = Environment.STAGING
    yield Item("app-seluler-uji", "API seluler (uji)", ItemClass.APPLICATION, BANKING, ("klaster-sda",), (), staging)
    yield Item("app-toko-uji", "Toko daring (uji)", ItemClass.APPLICATION, SHOPS, ("klaster-sda",), (), staging)
