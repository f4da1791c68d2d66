"""When a failed job is tried again."""

from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from selaras.kernel import clock

LONGEST_SECONDS = 600
# With waits of at most ten minutes: about two days until a job counts as failed and waits for a person.
ATTEMPTS = 300


class Backoff(BaseRetryStrategy):
    """Wait 1, 2, 4 … seconds, never more than ten minutes."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None when a person has to look."""
        if job.attempts >= ATTEMPTS:
            return None
        wait = min(LONGEST_SECONDS, 2 ** min(job.attempts, 20))
        return RetryDecision(retry_at=clock.now() + timedelta(seconds=wait))
