"""Writing a job in the transaction open on Django's connection: both are there after commit, or neither."""

from collections.abc import Sequence

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONDict

REACT = "selaras.react"
QUEUE = "reactions"
# Not the app's own manager: inside a worker that one talks through connections of its own, outside the
# transaction.
_jobs = JobManager(DjangoConnector())


def defer_reactions(reactions: Sequence[tuple[int, str]]) -> None:
    """One job for each (announcement id, reaction name)."""
    kwargs: list[JSONDict] = [{"announcement_id": known, "reaction": reaction} for known, reaction in reactions]
    configure_task(name=REACT, job_manager=_jobs, queue=QUEUE).batch_defer(*kwargs)
