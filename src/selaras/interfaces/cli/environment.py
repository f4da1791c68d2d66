"""What a command needs before it can work: a home, a reachable database, secrets, and maybe Django."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from selaras.interfaces.cli import postgres
from selaras.interfaces.cli.home import Trouble, home_path, secret

OLDEST_POSTGRES = 15


@contextmanager
def environment() -> Iterator[str]:
    """Hold the database (ours is started if need be) and set what settings read. Gives the DSN."""
    home = home_path()
    os.environ["SELARAS_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selaras.config.settings")
    if not os.environ.get("SELARAS_SECRET_KEY"):
        os.environ["SELARAS_SECRET_KEY"] = secret(home, "django")
        # Only together: machines that are given one secret must not each invent the other.
        os.environ.setdefault("SELARAS_SEALING_KEY", secret(home, "sealing"))
    with postgres.using(home) as dsn:
        require_database(dsn)
        before = os.environ.get("DATABASE_URL")
        os.environ["DATABASE_URL"] = dsn
        try:
            yield dsn
        finally:
            _put_back("DATABASE_URL", before)


def set_up_django() -> None:
    """Import Django and its apps; about half a second."""
    import django

    django.setup()


def require_database(dsn: str) -> None:
    """Raise `Trouble` unless a PostgreSQL that is new enough answers within 5 seconds."""
    import psycopg

    try:
        with psycopg.connect(dsn, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as problem:
        reason = (str(problem).strip() or "no answer").splitlines()[0].rsplit("failed: ", 1)[-1]
        raise Trouble(
            f"The database {_shown(dsn)} is not reachable: {reason}. "
            "Check DATABASE_URL and that the server runs, then try again."
        ) from problem
    if version < OLDEST_POSTGRES * 10000:
        raise Trouble(
            f"The database {_shown(dsn)} is PostgreSQL {version // 10000}. Selaras needs {OLDEST_POSTGRES} or newer."
        )


def out_of_sight(dsn: str) -> tuple[str, dict[str, str]]:
    """The DSN without its password, and an environment that has it: arguments are seen by every user."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value is not None}
    password = parts.pop("password", "")
    return make_conninfo("", **parts), {**os.environ, **({"PGPASSWORD": password} if password else {})}


def _shown(dsn: str) -> str:
    """The address without its password."""
    parts = urlsplit(dsn)
    if not parts.scheme:
        return "named by DATABASE_URL"
    where = parts.hostname or "local socket"
    return f"{parts.path.lstrip('/')} at {where}" + (f":{parts.port}" if parts.port else "")


def _put_back(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
