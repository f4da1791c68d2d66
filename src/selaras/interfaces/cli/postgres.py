"""The embedded PostgreSQL behind one small face: `ensure_running`, `stop`, `using`.

Everything else asks for an address (a DSN) and does not know whose server it is. `DATABASE_URL` names another
server, and then none is started here.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from selaras.interfaces.cli import pg_cluster
from selaras.interfaces.cli.home import locked, make_home, secret
from selaras.interfaces.cli.pg_install import Install, install_for

DATABASE = "selaras"


def ensure_running(home: Path, *, conf: Mapping[str, str] | None = None) -> str:
    """Start the server of this home unless it runs; give the DSN of its database. Raises `Trouble`."""
    make_home(home)
    with locked(home / ".postgres.lock"):
        install = install_for(home)
        password = secret(home, "postgres")
        if not pg_cluster.is_ready(install):
            pg_cluster.create(install, password)
            pg_cluster.configure(install, conf or {})
            pg_cluster.start(install)
            _create_database(install, password)
        return _dsn(install, password, DATABASE)


def stop(home: Path) -> None:
    """Stop the server of this home if it runs."""
    if home.is_dir():
        with locked(home / ".postgres.lock"):
            pg_cluster.stop(install_for(home))


def is_running(home: Path) -> bool:
    """Does the server of this home accept connections."""
    return home.is_dir() and pg_cluster.is_ready(install_for(home))


def dsn(home: Path) -> str:
    """The DSN that `ensure_running` gives, without starting anything."""
    install = install_for(home if home.is_dir() else make_home(home))
    return _dsn(install, secret(home, "postgres"), DATABASE)


@contextmanager
def using(home: Path, *, conf: Mapping[str, str] | None = None) -> Iterator[str]:
    """The DSN of a running server, ours or that of `DATABASE_URL`; the last user of ours stops it on leaving.

    Users hold a shared lock that dies with them, so a killed process never keeps the server alive for ever,
    and none stops it under another's feet.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    make_home(home)
    with (home / ".postgres.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield ensure_running(home, conf=conf)
        finally:
            with locked(home / ".postgres.lock"):
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass
                else:
                    pg_cluster.stop(install_for(home))


def _dsn(install: Install, password: str, database: str) -> str:
    folder = quote(str(pg_cluster.socket_folder(install)), safe="")
    return f"postgresql://selaras:{quote(password)}@/{database}?host={folder}"


def _create_database(install: Install, password: str) -> None:
    import psycopg

    with psycopg.connect(_dsn(install, password, "postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
