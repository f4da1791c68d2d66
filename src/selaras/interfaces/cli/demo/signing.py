"""The demo's sign-ins: passwords drawn for this installation alone, kept in its home for its owner alone."""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from selaras.interfaces.cli.demo.organisation import PEOPLE, Person
from selaras.interfaces.cli.home import home_path, make_home

FILE = "demo-sign-ins.json"
_WORDS = (
    "abadi akar alun angin apung arang asri awan ayun bahari baja balok bambu bara batu benih beras bintang biru "
    "buah bukit bulan bumi bunga cahaya candi cemara cendana cermin cincin dahan damai danau daun delima denting "
    "desa dupa elang embun enau fajar gading galah gamelan garam gelang gelombang gema gerbang gerimis getah "
    "gitar gula gunung hangat harum hijau hilir hujan hutan ilalang indah intan jala jalan jambu janur jati "
    "jelita jendela jeruk jingga kabut kaca kabel kain kampung kapas karang kasturi kayu kelapa kelana kembang "
    "kemiri kenanga kendi keris ketupat kilau kolam kopi kuning ladang lampu langit laut lebah lembah lentera "
    "lesung lontar lumbung madu mahoni malam mangga manik mata matahari mawar melati menara mentari merah merpati "
    "mutiara nada nangka nelayan nila ombak padi pagi pahat palem panah pandan pantai pasir payung pelangi perahu "
    "perak permata pinang pinus piring pohon pualam pulau purnama putih rakit rambutan randu ranting rebana rimba "
    "rotan rumah rumput sabut sagu salak samudra sawah sekoci semut senja serai seruling siang sirih subuh sungai "
    "sutra taman tanah tanjung tebing teduh telaga teluk tenun teratai terang timur tirai tugu ufuk unggun warna "
    "wayang zamrud "
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """An address, its password, and the role it is shown for (a value of `Role`)."""

    role: str
    email: str
    password: str


def draw() -> dict[str, SignIn]:
    """A fresh sign-in for each person who is shown, by their address."""
    return {p.email: SignIn(role_of(p), p.email, _password()) for p in PEOPLE if p.shown}


def role_of(person: Person) -> str:
    """The role a person is shown for: the highest of theirs, which stands last."""
    return person.roles[-1].value


def keep(found: Sequence[SignIn]) -> None:
    """Write them to the home, readable by its owner alone."""
    path = make_home(home_path()) / FILE
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump([asdict(one) for one in found], out, indent=1)
    fresh.replace(path)


def kept() -> list[SignIn]:
    """Those of this installation; none if no demo was loaded here."""
    path: Path = home_path() / FILE
    return [SignIn(**one) for one in json.loads(path.read_text())] if path.exists() else []


def _password() -> str:
    """Four words and a number: some 37 bits, and easy to type."""
    words = _WORDS.split()
    return "-".join([*(secrets.choice(words) for _ in range(4)), str(10 + secrets.randbelow(90))])
