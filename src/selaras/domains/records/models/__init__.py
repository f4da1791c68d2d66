from selaras.domains.records.models.attachment import Attachment
from selaras.domains.records.models.entry import Entry
from selaras.domains.records.models.link import Link
from selaras.domains.records.models.record import Affected, Record
from selaras.domains.records.models.tally import TallyDelta
from selaras.domains.records.models.view import SavedView
from selaras.domains.records.models.watcher import Presence, Watcher

__all__ = [
    "Affected",
    "Attachment",
    "Entry",
    "Link",
    "Presence",
    "Record",
    "SavedView",
    "TallyDelta",
    "Watcher",
]
