from selaras.domains.incidents.models.imported import ImportedIncident
from selaras.domains.incidents.models.incident import Incident, IncidentItem
from selaras.domains.incidents.models.matrix import PriorityMatrix

__all__ = ["ImportedIncident", "Incident", "IncidentItem", "PriorityMatrix"]
