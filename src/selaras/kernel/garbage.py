"""Python's collector of cycles, for processes that serve."""

import gc


def collect_rarely() -> None:
    """Look no more through what has been made so far, and through the rest after 50,000 new objects in place of 700.

    What is made for a request has next to no cycles: looking for them took an eighth of the queue page's time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
