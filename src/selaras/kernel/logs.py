"""How a log line reads: one line instead of a traceback when it is only the database."""

import logging
from typing import Any

import psycopg


class Plain(logging.Formatter):
    """A lost connection is told in its own words; everything else keeps its traceback."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the name logging calls
        """The text below a message."""
        problem = ei[1] if isinstance(ei, tuple) else None
        while isinstance(problem, BaseException):
            if isinstance(problem, psycopg.OperationalError):
                return "  " + str(problem).strip().splitlines()[0]
            problem = problem.__cause__ or problem.__context__
        return super().formatException(ei)
