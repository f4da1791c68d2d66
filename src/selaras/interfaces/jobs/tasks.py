"""The background tasks, each thin: an action or a reaction does the work. Procrastinate imports this."""

from procrastinate.contrib.django import app

from selaras.interfaces.jobs.deferring import QUEUE, REACT
from selaras.interfaces.jobs.retrying import Backoff
from selaras.kernel import outbox


@app.task(name=REACT, queue=QUEUE, retry=Backoff())
def react(*, announcement_id: int, reaction: str) -> None:
    """Carry out one reaction to one announcement; a second run finds it done and does nothing."""
    outbox.react(announcement_id, reaction)
