"""A PostgreSQL server for tests, and databases on it that are quick to have.

One server serves all test runs of a checkout; the last run to end stops it. It does without fsync (crash
tests start their own). A migrated template is kept by the hash of everything migrations are made of, and
every worker, and every test that commits, gets a clone of it.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from django.core.management import call_command
from django.db import connections

from selaras.interfaces.cli import postgres
from selaras.interfaces.cli.home import Trouble, locked

ROOT = Path(__file__).resolve().parents[1]
HOME = Path(tempfile.gettempdir()) / f"selaras-tests-{os.geteuid()}-{hashlib.sha256(bytes(ROOT)).hexdigest()[:8]}"
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "autovacuum_naptime": "5min",
}
TEMPLATES_KEPT = 4


@contextmanager
def server() -> Iterator[str]:
    """The DSN of the test server, for as long as it is held."""
    try:
        postgres.ensure_running(HOME, conf=FAST)
    except Trouble:
        # Without fsync a power cut may leave a broken cluster: nothing in it is worth keeping.
        shutil.rmtree(HOME, ignore_errors=True)
    with postgres.using(HOME, conf=FAST) as dsn:
        yield dsn


def at(dsn: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


def template(dsn: str) -> str:
    """The name of a migrated database that nobody is connected to; made if the migrations have changed."""
    name = f"template_{_fingerprint()}"
    with locked(HOME / ".template.lock"), _admin(dsn) as admin:
        known = [row[0] for row in admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%' ORDER BY oid"
        )]  # fmt: skip
        if name not in known:
            admin.execute("DROP DATABASE IF EXISTS making WITH (FORCE)")
            admin.execute("CREATE DATABASE making")
            with django_on(at(dsn, "making")):
                call_command("migrate", verbosity=0)
                call_command("createcachetable", verbosity=0)
                _number_apart()
            admin.execute(f"ALTER DATABASE making RENAME TO {name}")
            for old in known[:-TEMPLATES_KEPT]:
                if old.removeprefix("template_").isalnum() and old not in ("template0", "template1"):
                    admin.execute(f"DROP DATABASE IF EXISTS {old} WITH (FORCE)")
    return name


def _number_apart() -> None:
    """Each table counts from another thousand on, so that an id of one never passes for one of another, nor for a
    number of three digits, which every language writes alike."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass FROM pg_class c JOIN pg_depend d ON d.objid = c.oid AND d.deptype IN ('a', 'i')"
            " WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass ORDER BY 1"
        )
        for place, (sequence,) in enumerate(cursor.fetchall(), start=1):
            cursor.execute(f"SELECT setval('{sequence}', {place * 1000})")


def clone(dsn: str, source: str, name: str) -> str:
    """A fresh database `name`, in place of any former one; gives its DSN."""
    with locked(HOME / ".template.lock"), _admin(dsn) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
    return at(dsn, name)


def drop(dsn: str, name: str) -> None:
    """Remove a database and end the sessions in it."""
    with _admin(dsn) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def drop_abandoned(dsn: str) -> None:
    """Remove what killed test runs left: databases named `test_<process id>_…` of processes that are gone."""
    with _admin(dsn) as admin:
        for (name,) in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%%'").fetchall():
            owner = name.split("_")[1]
            if owner.isdigit() and not psutil.pid_exists(int(owner)):
                admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def django_on(dsn: str) -> Iterator[None]:
    """Point Django's default connection at a database, and back."""
    from selaras.config.database import database_from

    connection = connections["default"]
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(database_from(dsn))
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict.update(before)


def _admin(dsn: str) -> "psycopg.Connection[tuple[str]]":
    return psycopg.connect(at(dsn, "postgres"), autocommit=True)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    source = ROOT / "src" / "selaras"
    made_of = [
        *source.rglob("migrations/*.py"),
        *source.rglob("lifecycle*.py"),
        *source.rglob("migrations/*.sql"),
        source / "config" / "settings.py",
        Path(__file__),
        ROOT / "requirements.lock",
    ]
    for path in sorted(made_of):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]
