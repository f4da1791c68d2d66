"""Sign-in, preferences, tokens."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from selaras.domains.people.actions.preferences import set_preferences
from selaras.domains.people.models import Person
from selaras.domains.people.queries import get_actor, get_token_actor
from tests.interfaces.web.world import PASSWORD, World, make_world, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    cache.clear()
    return make_world()


def address_of(world: World) -> str:
    return Person.objects.get(pk=world.agent.id or 0).email


def test_people_sign_in_by_address_in_any_case(world: World) -> None:
    client = Client()
    answer = client.post("/account/login/", {"login": address_of(world).upper(), "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_too_many_tries_are_stopped_for_all_processes(world: World) -> None:
    tries = [
        Client().post("/account/login/", {"login": address_of(world), "password": "wrong"}).status_code
        for _ in range(12)
    ]
    assert tries[0] == 200
    right = Client().post("/account/login/", {"login": address_of(world), "password": PASSWORD})
    assert right.status_code != 302


def test_nobody_opens_an_account_for_themselves() -> None:
    assert Client().get("/account/signup/").status_code == 200
    answer = Client().post("/account/signup/", {"email": "x@example.com", "password1": PASSWORD})
    assert answer.status_code != 302


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_the_doors_speak_both_languages(name: str) -> None:
    english = Client().get(reverse(name), headers={"accept-language": "en"}).content.decode()
    indonesian = Client().get(reverse(name), headers={"accept-language": "id"}).content.decode()
    assert '<html lang="en"' in english
    assert '<html lang="id"' in indonesian


def test_the_frame_is_each_readers_own(world: World) -> None:
    """Rail, palette and phrases are kept once drawn: for whom they are alike, and nobody else."""
    agent, customer = signed_in(world.agent), signed_in(world.lead)
    for _ in range(2):
        for language, word, queue, foreign in (
            ("id", "baru saja", "Antrean", "Queue"),
            ("en", "just now", "Queue", "Antrean"),
        ):
            set_preferences(language=language, by=world.agent)
            page = agent.get("/profile").content.decode()
            assert f'data-k="now">{word}' in page
            assert queue in page
            assert foreign not in page
            assert 'id="command-queue"' in page
        theirs = customer.get("/profile").content.decode()
        assert 'id="command-queue"' not in theirs
        assert 'id="rail"' not in theirs


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_change_password"])
def test_ones_own_safety_pages_open(world: World, name: str) -> None:
    client = Client()
    client.post("/account/login/", {"login": address_of(world), "password": PASSWORD})
    assert "password" in client.get("/account/reauthenticate/").content.decode()
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.get(reverse(name)).status_code == 200


def test_language_theme_and_zone_are_kept_for_the_person(world: World) -> None:
    client = signed_in(world.agent)
    client.post("/preferences", {"language": "id", "theme": "dark", "timezone": "Asia/Jayapura", "next": "/"})
    actor = get_actor(world.agent.id or 0)
    assert (actor.language, actor.theme, actor.timezone) == ("id", "dark", "Asia/Jayapura")
    page = client.get("/").content.decode()
    assert '<html lang="id" data-theme="dark">' in page
    assert client.post("/preferences", {"theme": "pink"}).status_code == 422
    assert (
        client.post("/preferences", {"theme": "dark", "next": "https://elsewhere.example/"}).headers["Location"] == "/"
    )


def test_a_strangers_language_is_kept_in_a_cookie() -> None:
    client = Client()
    client.post("/language", {"language": "en", "next": "/account/login/"})
    assert "Sign in" in client.get("/account/login/").content.decode()


def test_a_token_is_shown_once_and_ends_at_once(world: World) -> None:
    client = signed_in(world.agent)
    made = client.post("/profile/tokens", {"name": "Grafana", "roles": ["agent"], "days": "90"}).content.decode()
    secret = re.search(r'id="secret">([^<]+)<', made)
    assert secret is not None
    assert get_token_actor(secret[1]) is not None
    page = client.get("/profile").content.decode()
    assert secret[1] not in page
    end = re.search(r'action="(/profile/tokens/\d+/end)"', page)
    assert end is not None
    assert signed_in(world.colleague).post(end[1]).status_code == 404
    client.post(end[1])
    assert get_token_actor(secret[1]) is None
    assert client.post("/profile/tokens", {"name": "", "roles": [], "days": "90"}).status_code == 422


def test_pages_carry_a_strict_policy(world: World) -> None:
    answer = signed_in(world.agent).get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert not re.search(r"<[^>]+\sstyle=|<style|<[^>]+\son\w+=|<script(?![^>]*(src=|application/json))", page)
