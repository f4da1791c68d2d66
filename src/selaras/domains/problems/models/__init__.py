from selaras.domains.problems.models.problem import Evidence, Problem

__all__ = ["Evidence", "Problem"]
