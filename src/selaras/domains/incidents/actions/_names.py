"""What an imported log calls by name: teams, callers and services of ours, found or made."""

import re
from collections.abc import Iterable

from django.utils.text import slugify

from selaras.domains.incidents.importing.contracts import PastIncident
from selaras.domains.incidents.importing.mapping import LogMapping
from selaras.domains.people.actions.take_over import take_over_people
from selaras.domains.people.actions.teams import create_team
from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_teams
from selaras.domains.services.queries import list_services
from selaras.kernel.errors import Invalid
from selaras.kernel.sentences import say

_ALL = 100_000
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Names:
    """Looks names up for one import into one organisation. `learn` a batch, inside its transaction, before asking."""

    def __init__(self, mapping: LogMapping, *, by: Actor, organisation_id: int, service: str) -> None:
        self.by = by
        self.organisation_id = organisation_id
        self._mapping = mapping
        self._services = {row.slug: row.id for row in list_services(by, limit=_ALL)}
        self._service_id = self._service("service", service) if service else None
        for word, slug in mapping.services.items():
            self._service(f"services.{word}", slug)
        self._teams: dict[str, int] = {}
        for team in list_teams():
            self._teams.update({team.name.casefold(): team.id, team.slug: team.id})
        for group, slug in mapping.teams.items():
            if slug not in self._teams:
                raise Invalid({f"teams.names.{group}": say("There is no team “%(slug)s”.", slug=slug)})
        self._people: dict[str, int] = {}
        self._looked_for: set[str] = set()

    def learn(self, batch: Iterable[PastIncident]) -> None:
        """Make the teams and people of a batch that the mapping says to make."""
        past = list(batch)
        for group in sorted({one.states[-1].team for one in past}):
            if group and self._mapping.create_teams and self.team_id(group) is None:
                self._teams[group.casefold()] = create_team(by=self.by, name=group, function=self._mapping.create_teams)
        if self._mapping.create_people:
            callers = {self._address(one.caller): one.caller for one in past if one.caller}
            fresh = {address: name for address, name in callers.items() if address not in self._looked_for}
            self._people.update(take_over_people(fresh, by=self.by, organisation_id=self.organisation_id))
            self._looked_for.update(fresh)

    def team_id(self, group: str) -> int | None:
        """The team that a group is: as the mapping says, or the one of that name."""
        return self._teams.get(self._mapping.teams.get(group, group.casefold()))

    def requester_id(self, caller: str) -> int | None:
        """The person that a caller is."""
        return self._people.get(self._address(caller)) if caller else None

    def service_id(self, word: str) -> int | None:
        """The service that a word stands for, else the one given for the whole log."""
        return self._services.get(self._mapping.services.get(word, word), self._service_id)

    def _address(self, caller: str) -> str:
        """Under which a caller is kept. Those without an address get one that no mail can ever reach (RFC 2606).

        It names the organisation: "Caller 1" of two customers are two people.
        """
        if _ADDRESS.fullmatch(caller) and len(caller) <= 254:
            return caller.lower()
        return f"{slugify(caller)[:64] or 'caller'}@customer-{self.organisation_id}.import.invalid"

    def _service(self, field: str, slug: str) -> int:
        if slug not in self._services:
            raise Invalid({field: say("There is no service “%(slug)s”.", slug=slug)})
        return self._services[slug]
