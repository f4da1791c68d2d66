"""The `selaras` command. Only commands that need Django import it, so that `--help` answers at once."""

import sys
from collections.abc import Sequence

import click

from selaras.interfaces.cli import admin, backup, database, serve
from selaras.interfaces.cli.duty import duty
from selaras.interfaces.cli.home import Trouble
from selaras.interfaces.cli.importing import import_
from selaras.interfaces.cli.listen import listen
from selaras.interfaces.cli.prepare import prepare
from selaras.interfaces.cli.replay import replay
from selaras.interfaces.cli.up import up

COMMANDS: Sequence[click.Command] = (
    up,
    prepare,
    serve.web,
    serve.intake,
    listen,
    serve.live,
    serve.worker,
    serve.front,
    database.migrate,
    database.db,
    admin.demo,
    admin.check,
    admin.django,
    duty,
    import_,
    replay,
    backup.backup,
    backup.restore,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="selaras")
def selaras() -> None:
    """Selaras: service operation and customer relationship in one model.

    SELARAS_HOME names the data folder (else ./var beside a checkout, else ~/.local/share/selaras).
    DATABASE_URL names a PostgreSQL 15 or newer to use instead of the embedded one.
    """


for command in COMMANDS:
    selaras.add_command(command)


def main() -> None:
    """Run the command line. Trouble is told in its own words, with exit code 1 and no traceback."""
    try:
        sys.exit(selaras(standalone_mode=False))
    except Trouble as trouble:
        click.secho(f"selaras: {trouble}", fg="red", err=True)
        sys.exit(1)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except OSError as problem:
        if problem.errno not in (28, 122):  # ENOSPC, EDQUOT
            raise
        click.secho(f"selaras: The disk is full ({problem.filename or problem.strerror}). Free some space.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
