"""Loads the demo into an empty installation."""

import gc
import time
from datetime import timedelta

from django.utils.translation import gettext as _

from selaras.domains.events.actions.partition import make_partitions
from selaras.domains.records.actions.tally import fold_tally
from selaras.interfaces.cli.demo.batch import together
from selaras.interfaces.cli.demo.duties import make_duty
from selaras.interfaces.cli.demo.made import DEMO, Tell
from selaras.interfaces.cli.demo.making import make
from selaras.interfaces.cli.demo.pace import DAYS
from selaras.interfaces.cli.demo.plan import plan
from selaras.interfaces.cli.demo.replay import Replay
from selaras.interfaces.cli.demo.runbooks import make_runbooks, tell_runs
from selaras.interfaces.cli.demo.signing import draw, keep
from selaras.interfaces.cli.demo.watching import make_watching
from selaras.interfaces.cli.demo.ways import make_ways
from selaras.kernel import clock


def load_demo(tell: Tell) -> None:
    """Make the organisation, then tell its 90 days.

    The organisation is one transaction: after an interruption there is all of it or nothing. Interrupted later, the
    history is shorter, and everything else works.
    """
    began = time.monotonic()
    # What is imported stays: the collector need not look through it again at each of many thousand queries.
    gc.freeze()
    told = plan(clock.now())
    fresh = draw()
    keep(list(fresh.values()))
    with together():
        made = make(told.now, fresh, tell)
        make_watching(made, DEMO)
        make_ways(made, made.people["Nadia Utami"])
        make_runbooks(made, make_duty(made, told.now))
    counts = {"incidents": len(told.stories), "alerts": len(told.outages)}
    tell(_("Telling 90 days again: %(incidents)s reported incidents and %(alerts)s alerts …") % counts)
    make_partitions(since=(told.now - timedelta(days=DAYS + 1)).date())
    Replay(told, made).run(tell)
    with together():
        tell_runs(made, told.now)
    fold_tally()
    tell(_("The demo is loaded (%(seconds)s s).") % {"seconds": round(time.monotonic() - began)})
