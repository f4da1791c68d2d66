from selaras.domains.incidents.models.escalation import Escalation, EscalationRule, Passage
from selaras.domains.incidents.models.imported import ImportedIncident
from selaras.domains.incidents.models.incident import Incident, IncidentItem
from selaras.domains.incidents.models.major import Improvement, MajorIncident
from selaras.domains.incidents.models.matrix import PriorityMatrix
from selaras.domains.incidents.models.model import IncidentModel, IncidentStep, ModelStep

__all__ = [
    "Escalation",
    "EscalationRule",
    "ImportedIncident",
    "Improvement",
    "Incident",
    "IncidentItem",
    "IncidentModel",
    "IncidentStep",
    "MajorIncident",
    "ModelStep",
    "Passage",
    "PriorityMatrix",
]
