"""Small commands: demo, check, and Django's own."""

import sys
from importlib import import_module
from pathlib import Path

import click

from selaras.interfaces.cli.database import migrate_now
from selaras.interfaces.cli.environment import environment, set_up_django
from selaras.interfaces.cli.home import Trouble, home_path

# Named, not imported: `load(tell)` fills an empty installation, `sign_ins()` gives (role, email, password).
DEMO = "selaras.interfaces.cli.demo"


@click.command()
@click.option("--sign-ins", is_flag=True, help="Load nothing; print the sign-ins of a loaded demo.")
@click.option(
    "--walk",
    type=click.Path(file_okay=False, path_type=Path),
    help="Load nothing; write the files of a Prometheus that watches an item of the demo into this folder.",
)
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="With --walk: where Selaras is.")
def demo(sign_ins: bool, walk: Path | None, url: str) -> None:
    """Load the demo organisation into an empty installation and print its sign-ins."""
    if walk is not None:
        for command in import_module(f"{DEMO}.walk").write(walk, url):
            click.echo(command)
        return
    with environment():
        set_up_django()
        if not sign_ins:
            migrate_now()
            load_demo_once()
        print_sign_ins()


def load_demo_once() -> None:
    """Load the demo organisation unless there is anybody already. Django must be set up, the schema there."""
    from django.contrib.auth import get_user_model
    from django.utils.translation import override

    if not get_user_model().objects.exists():
        with override("en"):  # as everything else in the terminal
            import_module(DEMO).load(click.echo)


def print_sign_ins() -> None:
    """Print a line for each demo role, if the demo is loaded."""
    from django.utils.translation import override

    with override("en"):
        for role, email, password in import_module(DEMO).sign_ins():
            click.echo(f"  {role:<28} {email:<36} {password}")


@click.command()
def check() -> None:
    """Check this installation: home, database, migrations, settings."""
    with environment() as _:
        set_up_django()
        from django.core.management import call_command

        click.echo(f"data home    {home_path()}")
        click.echo(f"database     {_version()}")
        migrate_now(check=True)
        click.echo("migrations   complete")
        call_command("check", deploy=False, fail_level="WARNING", verbosity=0)
        click.echo("settings     fine")
        click.echo(f"events       {_days_to_come()}")


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands, such as makemigrations or shell."""
    with environment():
        from django.core.management import execute_from_command_line

        # Whoever writes a migration is in the middle of a change: `selaras check` tells what does not fit
        # yet.
        skipping = ("--skip-checks",) if arguments[:1] == ("makemigrations",) else ()
        execute_from_command_line([f"{sys.argv[0]} django", *arguments, *skipping])


def _days_to_come() -> str:
    """That the logs of events have partitions for the coming days; Trouble if not."""
    from selaras.domains.events.queries.retention import missing_days

    missing = missing_days()
    if missing:
        named = ", ".join(day.isoformat() for day in missing)
        raise Trouble(f"The logs of events have no partition for {named}. Is `selaras worker` running?")
    return "partitions for the coming days are there"


def _version() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT version(), pg_size_pretty(pg_database_size(current_database()))")
        version, size = cursor.fetchone()
    return f"{str(version).split(' on ')[0]}, {size}"
