"""Who is in the demo: a provider, its three customers, two suppliers, their teams and people. All names are invented.

Addresses end in `.example`, which no mail server will ever answer to.
"""

from dataclasses import dataclass

from selaras.domains.people.contracts import Function, OrganisationKind, Role

JAKARTA, MAKASSAR, JAYAPURA = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
PROVIDER, BANK, RETAIL, CAMPUS = "tirtamaya", "wanawira", "mapan-bahari", "ranu-asri"
BANK_EAST, RETAIL_PAPUA = "wanawira-timur", "mapan-bahari-papua"
FIBRE, POWER = "samudra-optika", "daya-prima"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation to be made."""

    slug: str
    name: str
    kind: OrganisationKind
    domain: str
    below: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team to be made."""

    slug: str
    name: str
    function: Function


@dataclass(frozen=True, slots=True)
class Person:
    """A person to be made; `shown` gives them a password that is printed as one of the demo's sign-ins."""

    name: str
    organisation: str
    roles: tuple[Role, ...]
    teams: tuple[str, ...] = ()
    language: str = "id"
    timezone: str = JAKARTA
    shown: bool = False
    left: bool = False  # deactivated since

    @property
    def email(self) -> str:
        """first.last@domain."""
        domain = next(o.domain for o in ORGANISATIONS if o.slug == self.organisation)
        return f"{'.'.join(self.name.lower().split())}@{domain}"


ORGANISATIONS = (
    Organisation(PROVIDER, "PT Tirtamaya Layanan Digital", OrganisationKind.PROVIDER_UNIT, "tirtamaya.example"),
    Organisation(BANK, "PT Bank Wanawira", OrganisationKind.CUSTOMER, "wanawira.example"),
    Organisation(RETAIL, "PT Mapan Bahari Ritel", OrganisationKind.CUSTOMER, "mapanbahari.example"),
    Organisation(CAMPUS, "Universitas Ranu Asri", OrganisationKind.CUSTOMER, "ranuasri.example"),
    Organisation(BANK_EAST, "Bank Wanawira Wilayah Timur", OrganisationKind.CUSTOMER, "wanawira.example", BANK),
    Organisation(RETAIL_PAPUA, "Mapan Bahari Papua", OrganisationKind.CUSTOMER, "mapanbahari.example", RETAIL),
    Organisation(FIBRE, "PT Samudra Serat Optika", OrganisationKind.SUPPLIER, "samudraoptika.example"),
    Organisation(POWER, "CV Daya Genset Prima", OrganisationKind.SUPPLIER, "dayaprima.example"),
)

DESK, FIELD = "meja-layanan", "dukungan-lapangan"
NETWORK, SERVERS, DATABASES = "jaringan", "server-penyimpanan", "basis-data"
BANKING, SHOPS, LEARNING = "aplikasi-perbankan", "aplikasi-ritel", "aplikasi-kampus"
OPERATIONS, FACILITIES = "pusat-operasi", "fasilitas"

TEAMS = (
    Team(DESK, "Meja Layanan", Function.SERVICE_DESK),
    Team(FIELD, "Dukungan Lapangan", Function.SERVICE_DESK),
    Team(NETWORK, "Jaringan", Function.TECHNICAL_MANAGEMENT),
    Team(SERVERS, "Server dan Penyimpanan", Function.TECHNICAL_MANAGEMENT),
    Team(DATABASES, "Basis Data", Function.TECHNICAL_MANAGEMENT),
    Team(BANKING, "Aplikasi Perbankan", Function.APPLICATION_MANAGEMENT),
    Team(SHOPS, "Aplikasi Ritel", Function.APPLICATION_MANAGEMENT),
    Team(LEARNING, "Aplikasi Kampus", Function.APPLICATION_MANAGEMENT),
    Team(OPERATIONS, "Pusat Operasi", Function.IT_OPERATIONS),
    Team(FACILITIES, "Fasilitas Pusat Data", Function.IT_OPERATIONS),
)


def _ours(name: str, role: Role, *teams: str, shown: bool = False, language: str = "id", zone: str = JAKARTA) -> Person:
    return Person(name, PROVIDER, (role,), teams, language, zone, shown)


def _theirs(organisation: str, name: str, *, shown: bool = False, language: str = "id", zone: str = JAKARTA) -> Person:
    return Person(name, organisation, (Role.REQUESTER,), (), language, zone, shown)


def _decides(organisation: str, name: str, *, shown: bool = False, language: str = "id", zone: str = JAKARTA) -> Person:
    return Person(name, organisation, (Role.REQUESTER, Role.DECISION_MAKER), (), language, zone, shown)


# Who was there once, or belongs to a branch; no story of the demo is about them.
OTHERS = (
    Person("Hasan Basri", PROVIDER, (Role.AGENT,), left=True),
    Person("Lukas Mandowen", RETAIL_PAPUA, (Role.REQUESTER,), timezone=JAYAPURA),
    Person("Maria Goreti", BANK_EAST, (Role.REQUESTER, Role.DECISION_MAKER), timezone=MAKASSAR),
)
PEOPLE = (
    _ours("Sari Wulandari", Role.AGENT, DESK, shown=True),
    _ours("Dimas Prakoso", Role.AGENT, DESK),
    _ours("Ayu Pertiwi", Role.AGENT, DESK),
    _ours("Yohanes Wenda", Role.AGENT, DESK, zone=JAYAPURA),
    _ours("Andi Tenri", Role.AGENT, DESK, FIELD, zone=MAKASSAR),
    _ours("Bayu Laksana", Role.AGENT, FIELD),
    _ours("Rusdi Hamzah", Role.AGENT, FIELD, zone=MAKASSAR),
    _ours("Galih Santoso", Role.OPERATOR, OPERATIONS, shown=True),
    _ours("Nurul Hidayah", Role.OPERATOR, OPERATIONS),
    _ours("Fajar Nugroho", Role.OPERATOR, OPERATIONS, FACILITIES),
    _ours("Maruli Sianipar", Role.OPERATOR, FACILITIES),
    _ours("Ratna Dewi", Role.SPECIALIST, DATABASES, shown=True),
    _ours("Hendra Wijaya", Role.SPECIALIST, DATABASES, language="en"),
    _ours("Agus Setiawan", Role.SPECIALIST, NETWORK),
    _ours("Lestari Anggraini", Role.SPECIALIST, NETWORK),
    _ours("Komang Arya", Role.SPECIALIST, NETWORK, zone=MAKASSAR),
    _ours("Teguh Firmansyah", Role.SPECIALIST, SERVERS),
    _ours("Mei Lin Halim", Role.SPECIALIST, SERVERS, language="en"),
    _ours("Rizky Ramadhan", Role.SPECIALIST, BANKING),
    _ours("Putri Maharani", Role.SPECIALIST, BANKING),
    _ours("Arif Budiman", Role.SPECIALIST, SHOPS),
    _ours("Intan Permata", Role.SPECIALIST, SHOPS, zone=MAKASSAR),
    _ours("Wahyu Hidayat", Role.SPECIALIST, LEARNING),
    _ours("Citra Kirana", Role.SPECIALIST, LEARNING),
    _ours("Bambang Sutrisno", Role.PROBLEM_MANAGER, OPERATIONS, shown=True),
    _ours("Dewi Anjani", Role.ACCESS_MANAGER, DESK, shown=True),
    _ours("Reza Pahlawan", Role.RELATIONSHIP_MANAGER, shown=True),
    _ours("Clara Simatupang", Role.RELATIONSHIP_MANAGER, language="en"),
    _ours("Irwan Kusuma", Role.SERVICE_OWNER, BANKING, shown=True),
    _ours("Melati Rahayu", Role.SERVICE_OWNER, SHOPS),
    _ours("Johan Tanuwijaya", Role.SERVICE_OWNER, LEARNING, language="en"),
    _ours("Gunawan Saputra", Role.SERVICE_OWNER, NETWORK),
    _ours("Nadia Utami", Role.ADMINISTRATOR, shown=True),
    _decides(BANK, "Harjono Tirto", shown=True),
    _decides(BANK, "Vivian Oetomo", language="en"),
    _theirs(BANK, "Siti Aminah", shown=True),
    _theirs(BANK, "Yudi Kurniawan"),
    _theirs(BANK, "Rina Marlina"),
    _theirs(BANK, "Doni Saragih"),
    _theirs(BANK, "Fitri Handayani"),
    _theirs(BANK, "Kevin Adiputra", language="en"),
    _theirs(BANK, "Eko Purnomo"),
    _theirs(BANK, "Lilis Suryani"),
    _decides(RETAIL, "Baso Daeng Naba", shown=True, zone=MAKASSAR),
    _theirs(RETAIL, "Sitti Rahmah", zone=MAKASSAR),
    _theirs(RETAIL, "Ambo Tuo", zone=MAKASSAR),
    _theirs(RETAIL, "Meiske Lumentut", zone=MAKASSAR),
    _theirs(RETAIL, "Herman Kalalo", zone=MAKASSAR),
    _theirs(RETAIL, "Nurhaliza Yusuf", zone=MAKASSAR),
    _theirs(RETAIL, "Markus Rumbiak", zone=JAYAPURA),
    _theirs(RETAIL, "Wayan Sudarma", zone=MAKASSAR),
    _theirs(RETAIL, "Jessica Lontoh", language="en", zone=MAKASSAR),
    _decides(CAMPUS, "Endang Purwanti"),
    _decides(CAMPUS, "Robert Situmeang", language="en"),
    _theirs(CAMPUS, "Slamet Riyadi"),
    _theirs(CAMPUS, "Anisa Rahmawati"),
    _theirs(CAMPUS, "Taufik Akbar"),
    _theirs(CAMPUS, "Gita Savitri"),
    _theirs(CAMPUS, "Bagas Wicaksono"),
    _theirs(CAMPUS, "Emily Hartono", language="en"),
    _theirs(CAMPUS, "Sulastri Ningsih"),
    _theirs(CAMPUS, "Farhan Maulana"),
)
