"""Labels of an alert, whatever they hold, cannot change what a request means."""

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.operations.contracts import StepKind, StepRow
from selaras.domains.operations.filling import fill_body, fill_url, is_json, labels_of, reveal_body, reveal_url
from selaras.domains.operations.rules import kept_answer, step_fault

ANY = st.text(st.characters(exclude_categories=["Cs"]))


@given(ANY)
def test_a_value_stays_inside_its_text(value: str) -> None:
    filled = fill_body('{"host": "{{ host }}", "do": {"a": "x {{host}}"}}', {"host": value})
    assert json.loads(filled) == {"host": value, "do": {"a": f"x {value}"}}


@given(ANY)
def test_a_value_stays_inside_its_place_of_the_address(value: str) -> None:
    where = urlsplit(fill_url("https://a.example/hosts/{{ host }}/disk?deep=1", {"host": value}))
    assert (where.netloc, where.query, where.fragment) == ("a.example", "deep=1", "")
    assert where.path.count("/") == 3


@given(ANY)
def test_a_secret_stays_in_its_place_as_a_label_does(value: str) -> None:
    where = urlsplit(reveal_url("https://a.example/{{ secret.key }}/{{secret.key}}?deep=1", {"key": value}))
    assert (where.netloc, where.query, where.fragment) == ("a.example", "deep=1", "")
    assert json.loads(reveal_body('{"key": "{{ secret.key }}"}', {"key": value})) == {"key": value}


def test_what_a_label_holds_is_filled_in_once() -> None:
    assert fill_body('"{{ a }}"', {"a": "{{ b }}", "b": "secret"}) == '"{{ b }}"'


def test_the_labels_asked_for_are_known_beforehand() -> None:
    assert labels_of("/{{ b }}/{{a}}", '"{{ b }}"') == ["a", "b"]


@pytest.mark.parametrize("template", ['{"n": {{ n }}}', "{{ n }}", '{"a": "x"', '{"{{ n }}: 1}'])
def test_a_place_outside_of_quotes_is_refused(template: str) -> None:
    assert not is_json(template)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://a.example/"},
        {"url": "https://{{ host }}/"},
        {"url": "https://u:p@a.example/"},
        {"url": "https://a.example/{{ 1 }}"},
        {"url": "https://a.example/ä"},
        {"method": "TRACE"},
        {"method": "GET", "body": "{}"},
        {"method": "POST", "body": "{{ x }}"},
        {"headers": {"Host": "b.example"}},
        {"headers": {"X": "a\r\nY: b"}},
        {"headers": {"X": ""}},
        {"url": "https://a.example/{{ secret.key }}"},
        {"url": "https://a.example/{{ secret.key }}", "secrets": {"other": "s3cret"}},
        {"method": "POST", "body": "{{ secret.key }}", "secrets": {"key": "12345"}},
        {"secrets": {"a key": "s3cret"}},
        {"secrets": {"key": "abc"}},
        {"secrets": {"key": "s3cret\n"}},
        {"expects_from": 300, "expects_to": 200},
        {"seconds": 0},
        {"retries": 6},
        {"title": ""},
    ],
)
def test_an_unsound_step_is_refused(wrong: dict[str, object]) -> None:
    sound = {"title": "x", "method": "GET", "url": "https://a.example/"}
    assert step_fault(StepRow(StepKind.CALL, **sound)) is None  # type: ignore[arg-type]
    assert step_fault(StepRow(StepKind.CALL, **(sound | wrong))) is not None  # type: ignore[arg-type]


def test_an_answer_is_kept_without_the_secrets_that_were_sent() -> None:
    kept = kept_answer(b'{"you": "Bearer s3cret-token"}\x00', ["Bearer s3cret-token"])
    assert kept == '{"you": "•••"} '
    assert kept_answer(b"s3cret-token", ["Bearer s3cret-token"]) == "•••"
    assert len(kept_answer(b"x" * 9000, [])) == 2048


@pytest.mark.parametrize("cut", range(6, 22))
def test_half_a_secret_at_the_end_is_struck_out_too(cut: int) -> None:
    """What is read of an answer is bounded, and each secret in front leaves more of the end within what is kept."""
    sent = ["tökén/s3cret-key"]
    for written in (sent[0], "t%C3%B6k%C3%A9n%2Fs3cret-key", "t\\u00f6k\\u00e9n/s3cret-key"):
        answer = f"{written} {written.encode()[:cut].decode(errors='replace')}".encode()
        assert kept_answer(answer, sent) == "••• •••"
