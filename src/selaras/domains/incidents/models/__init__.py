from selaras.domains.incidents.models.escalation import Escalation, EscalationRule, Passage
from selaras.domains.incidents.models.imported import ImportedIncident
from selaras.domains.incidents.models.incident import Incident, IncidentItem
from selaras.domains.incidents.models.matrix import PriorityMatrix
from selaras.domains.incidents.models.model import IncidentModel, IncidentStep, ModelStep

__all__ = [
    "Escalation",
    "EscalationRule",
    "ImportedIncident",
    "Incident",
    "IncidentItem",
    "IncidentModel",
    "IncidentStep",
    "ModelStep",
    "Passage",
    "PriorityMatrix",
]
