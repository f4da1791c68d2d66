"""The worker process: jobs by procrastinate, and the loops. Survives a restart of the database."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress

import django
from procrastinate.jobs import Job

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5
LONGEST_WAIT = 10.0
# Jobs get so long to end by themselves when the worker is asked to stop; what is cut off is tried again.
STOP_SECONDS = 3.0
LAST_SECONDS = 5.0  # after being asked to stop it ends, whatever still runs; `selaras up` kills after 8
# A killed worker's jobs are given to others after so many seconds without its heartbeat.
DEAD_SECONDS = 15.0
HEARTBEAT_SECONDS = 4.0


def run(*, concurrency: int) -> None:
    """Work until SIGTERM or SIGINT."""
    django.setup()
    from selaras.interfaces.jobs.continuous import loops

    running = loops()
    for loop in running:
        loop.start()
    asyncio.run(_work(concurrency))
    for loop in running:
        loop.stopping.set()
    for loop in running:
        loop.stop(STOP_SECONDS)


async def _work(concurrency: int) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    wait = 0.5
    while not stopping.is_set():
        work = asyncio.ensure_future(_work_once(concurrency))
        stop = asyncio.ensure_future(stopping.wait())
        await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.is_set():
            _end_at_last()
        for task in (work, stop):
            task.cancel()
        (result,) = await asyncio.gather(work, return_exceptions=True)
        if stopping.is_set():
            return
        # Ends without an error, too, when the database goes away.
        log.warning("jobs are interrupted (%r); going on in %.1f s", result, wait)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), wait)
        wait = min(LONGEST_WAIT, wait * 2)


def _end_at_last() -> None:
    """End even if something does not let go: what waits for a database that has gone may wait for ever."""
    last = threading.Timer(LAST_SECONDS, os._exit, (0,))
    last.daemon = True
    last.start()


async def _work_once(concurrency: int) -> None:
    from procrastinate.contrib.django import app

    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # the connector of Django has it
    with app.replace_connector(connector):
        async with app.open_async():
            rescuing = asyncio.ensure_future(_rescue_stalled())
            try:
                await app.run_worker_async(
                    concurrency=concurrency,
                    fetch_job_polling_interval=POLL_SECONDS,
                    shutdown_graceful_timeout=STOP_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=DEAD_SECONDS,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                )
            finally:
                rescuing.cancel()


async def _rescue_stalled() -> None:
    """Give the jobs of workers that died to those that live."""
    from procrastinate.contrib.django import app

    while True:
        stalled: Sequence[Job] = ()
        with suppress(Exception):
            await app.job_manager.prune_stalled_workers(DEAD_SECONDS)
            stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_SECONDS))
            for job in stalled:
                await app.job_manager.retry_job(job)
        await asyncio.sleep(HEARTBEAT_SECONDS)
