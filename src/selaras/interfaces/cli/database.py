"""`selaras migrate` and `selaras db`."""

import os
import subprocess

import click

from selaras.interfaces.cli import postgres
from selaras.interfaces.cli.environment import environment, out_of_sight, set_up_django
from selaras.interfaces.cli.home import Trouble, home_path
from selaras.interfaces.cli.pg_install import packaged_bin


@click.command()
@click.option("--check", is_flag=True, help="Only say whether migrations are pending (exit code 1 if so).")
def migrate(check: bool) -> None:
    """Bring the database to this version."""
    with environment():
        set_up_django()
        migrate_now(check)


def migrate_now(check: bool = False) -> None:
    """Apply pending migrations one by one and name each. Django must be set up."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    if check:
        raise Trouble(f"{len(plan)} migrations are pending. Run `selaras migrate`.")
    click.echo(f"Preparing the database: {len(plan)} steps …")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


@click.group()
def db() -> None:
    """The database: its address, a prompt, stopping the embedded server."""


@db.command()
def url() -> None:
    """Print the address. The embedded server runs only while a Selaras command does."""
    given = os.environ.get("DATABASE_URL")
    click.echo(given or postgres.dsn(home_path()))


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open a prompt on the database; further ARGUMENTS go to psql."""
    with environment() as dsn:
        where, variables = out_of_sight(dsn)
        program = str(packaged_bin() / "psql")
        raise SystemExit(subprocess.call([program, f"--dbname={where}", *arguments], env=variables))


@db.command()
def stop() -> None:
    """Stop the embedded server, whoever uses it."""
    postgres.stop(home_path())
