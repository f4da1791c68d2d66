"""Calls the API as a machine does, with a person's token."""

from typing import Any

from django.test import Client

from selaras.domains.people.actions.tokens import create_token
from selaras.domains.people.contracts import Actor


class Caller:
    """Calls the API with a token of this person."""

    def __init__(self, person: Actor, *, language: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        secret = create_token(by=person, name="test", roles=person.roles)
        self.headers = {"authorization": f"Bearer {secret}", "accept-language": language}

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=self.headers)

    def patch(self, path: str, **body: Any) -> Any:
        return self.client.patch(f"/api/v1{path}", body, content_type="application/json", headers=self.headers)

    def put(self, path: str, **body: Any) -> Any:
        return self.client.put(f"/api/v1{path}", body, content_type="application/json", headers=self.headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1{path}", headers=self.headers)
