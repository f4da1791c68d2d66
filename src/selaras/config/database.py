"""`DATABASE_URL` in Django's words."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

CONNECT_SECONDS = 5
OFTEN = 1  # times that a statement is asked before it is prepared on the server, where kernel.plans has it so


def database_from(url: str) -> dict[str, Any]:
    """The DATABASES entry for a PostgreSQL URL or DSN.

    Connections stay open between requests, one a thread; a broken one is found and replaced
    (`CONN_HEALTH_CHECKS`), so that a restart of the database costs no request.
    """
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    named = {ours: parts.pop(theirs, "") for ours, theirs in _NAMES.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "selaras",
            "prepare_threshold": OFTEN,
            **parts,
        },
    }


_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
