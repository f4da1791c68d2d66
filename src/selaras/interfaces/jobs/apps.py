from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string


class JobsConfig(AppConfig):
    name = "selaras.interfaces.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Tell the outbox who reacts (settings name the list: it lies above us) and how jobs are deferred."""
        from selaras.interfaces.jobs.deferring import defer_reactions
        from selaras.kernel import outbox

        outbox.wire(import_string(settings.REACTIONS), defer=defer_reactions)
