from selaras.domains.services.models.change import Change
from selaras.domains.services.models.dependency import Dependency, GraphBlock
from selaras.domains.services.models.item import ConfigurationItem, ItemName
from selaras.domains.services.models.service import Service
from selaras.domains.services.models.use import Outcome, ServiceUse

__all__ = ["Change", "ConfigurationItem", "Dependency", "GraphBlock", "ItemName", "Outcome", "Service", "ServiceUse"]
