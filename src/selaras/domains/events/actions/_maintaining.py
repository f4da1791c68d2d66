"""Which alerts of a pass fall under a maintenance window that is open; a query for the windows, more only if one is."""

from dataclasses import dataclass
from functools import cached_property

from selaras.domains.events.actions._respond import Heard
from selaras.domains.events.actions._trail import Trail
from selaras.domains.events.contracts import BadMatcher
from selaras.domains.events.contracts.tracing import TraceStep
from selaras.domains.events.contracts.windows import Occurrence
from selaras.domains.events.matchers import Matcher
from selaras.domains.events.models import Assessment, Window
from selaras.domains.events.queries.windows import open_windows
from selaras.domains.services.contracts import item, service
from selaras.domains.services.queries.covering import items_above, items_below, services_above
from selaras.kernel.sentences import say


@dataclass
class OpenWindow:
    """A window that is open, with what it is for."""

    window: Window
    held: Occurrence

    def __post_init__(self) -> None:
        self.matchers = tuple(Matcher(one["label"], one["op"], one["value"]) for one in self.window.matchers)
        self._alone: dict[int, bool] = {}

    def covers(self, one: Heard) -> bool:
        """Whether an alert falls under it: all matchers hold, and it is about what is maintained, if that is said."""
        if not all(matcher.holds(one.labels) for matcher in self.matchers):
            return False
        if not self._named and not self._services:
            return True
        if one.found is None:
            return one.labels.get("service", "") in self._services.values()
        return one.found.item.id in self._items or self._is_theirs_alone(one.found.item.id)

    @cached_property
    def _named(self) -> list[int]:
        return list(self.window.items.values_list("pk", flat=True))

    @cached_property
    def _services(self) -> dict[int, str]:
        return dict(self.window.services.values_list("pk", "slug"))

    @cached_property
    def _items(self) -> frozenset[int]:
        return items_above(self._named) if self.window.dependents and self._named else frozenset(self._named)

    @cached_property
    def _below(self) -> frozenset[int]:
        return items_below(list(self._services)) if self._services else frozenset()

    @cached_property
    def _hit(self) -> frozenset[int]:
        return services_above(service(pk) for pk in self._services)

    def _is_theirs_alone(self, item_id: int) -> bool:
        """Whether the services stand on the item and nobody else's do: a shared switch is not under maintenance."""
        if item_id not in self._alone:
            self._alone[item_id] = item_id in self._below and services_above([item(item_id)]) <= self._hit
        return self._alone[item_id]


class Maintaining:
    """The open windows of one pass, as of now."""

    def __init__(self) -> None:
        self._open = []
        for window, held in open_windows():
            try:
                self._open.append(OpenWindow(window, held))
            except BadMatcher:  # one that cannot be read holds nothing
                continue

    def hold(self, one: Heard, assessment: Assessment, trail: Trail, *, responds: bool) -> bool:
        """Note on a firing alert that it falls under a window, if it does; under the one that closes last."""
        under = [window for window in self._open if window.covers(one)]
        if not under:
            return False
        last = max(under, key=lambda window: window.held.ends_at)
        assessment.window_id, assessment.held = last.window.pk, responds
        said = say(
            "Under maintenance: “%(window)s”. It is dealt with at the end, if it fires still.", window=last.window.name
        )
        trail.add(one.change, TraceStep.HELD, said, window_id=last.window.pk)
        return True
