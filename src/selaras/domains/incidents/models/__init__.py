from selaras.domains.incidents.models.incident import Incident, IncidentItem
from selaras.domains.incidents.models.matrix import PriorityMatrix

__all__ = ["Incident", "IncidentItem", "PriorityMatrix"]
