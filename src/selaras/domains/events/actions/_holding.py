"""What keeps a firing alert from its effect for now, in this order: a silence, maintenance, another alert, flapping,
the wait for its group.

Whatever held an alert back, it is assessed again when that ends, if it fires still (settle_silences.py, settle_holds.py
and settle_groups.py beside it).
"""

from collections.abc import Sequence

from selaras.domains.events.actions._flapping import FlapWatch
from selaras.domains.events.actions._grouping import Grouping
from selaras.domains.events.actions._inhibiting import Inhibiting
from selaras.domains.events.actions._maintaining import Maintaining
from selaras.domains.events.actions._respond import Heard
from selaras.domains.events.actions._silencing import Silencing
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.contracts import FIRING
from selaras.domains.events.inhibiting import inhibitions
from selaras.domains.events.models import Assessment
from selaras.domains.events.rules import CompiledRule


class Holds:
    """All that holds alerts back in one pass."""

    def __init__(
        self, heard: Sequence[Heard], rules: Sequence[CompiledRule], trail: Trail, telling: int | None = None
    ) -> None:
        self._trail = trail
        self._silencing = Silencing()
        self._maintaining = Maintaining()
        self._inhibiting = Inhibiting(inhibitions(rules), heard)
        self._flapping = FlapWatch(heard)
        self._grouping = Grouping(heard, telling)

    def release(self, assessment: Assessment) -> None:
        """As if nothing held it; `flaps_until` stays, as calming down takes its time whatever happens."""
        assessment.silence_id, assessment.window_id, assessment.inhibitor_id = None, None, None
        assessment.held = assessment.waits = False

    def hold(self, one: Heard, assessment: Assessment, *, responds: bool) -> bool:
        """Whether something holds a firing alert back, which is then noted; `responds`: an effect waits for its end."""
        assert one.change.state == FIRING
        assessment.holds_back = self._inhibiting.left_by(one)
        self._flapping.mark(one, assessment)
        self._grouping.mark(one, assessment)
        return (
            self._silencing.hold(one.change, assessment, self._trail, responds=responds)
            or self._maintaining.hold(one, assessment, self._trail, responds=responds)
            or self._inhibiting.hold(one, assessment, self._trail, responds=responds)
            or self._flapping.hold(one, assessment, self._trail, responds=responds)
            or self._grouping.hold(one, assessment, self._trail, responds=responds)
        )
