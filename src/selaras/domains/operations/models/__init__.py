from selaras.domains.operations.models.run import Run, RunEntry, RunStep
from selaras.domains.operations.models.runbook import Change, Runbook, Step

__all__ = ["Change", "Run", "RunEntry", "RunStep", "Runbook", "Step"]
