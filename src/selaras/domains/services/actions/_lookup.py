"""Teams by slug and owners by e-mail address, for imports; each is looked up once."""

from selaras.domains.people.contracts import Actor
from selaras.domains.people.queries import list_people, list_teams


class Lookup:
    """Answers None for what is not there."""

    def __init__(self, by: Actor) -> None:
        self._by = by
        self._teams = {team.slug: team.id for team in list_teams()}
        self._owners: dict[str, int | None] = {}

    def team(self, slug: str) -> int | None:
        """The id of a team."""
        return self._teams.get(slug.strip().lower())

    def owner(self, email: str) -> int | None:
        """The id of a person of the provider."""
        wanted = email.strip().lower()
        if wanted not in self._owners:
            sound = "@" in wanted and len(wanted) <= 254 and "\x00" not in wanted
            people = list_people(self._by, text=wanted, limit=20) if sound else []
            self._owners[wanted] = next((p.id for p in people if p.email.lower() == wanted), None)
        return self._owners[wanted]
