"""An alert's name: the same for the same labels in any order, another for anything else."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from selaras.domains.events.contracts import alert_key, fingerprint

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
LABELS = st.dictionaries(TEXT.filter(bool), TEXT.filter(bool), min_size=1, max_size=6)


@given(LABELS, st.randoms())
def test_the_order_of_labels_does_not_matter(labels: dict[str, str], random: Random) -> None:
    pairs = list(labels.items())
    random.shuffle(pairs)
    assert alert_key(1, dict(pairs)) == alert_key(1, labels)
    assert fingerprint(dict(pairs)) == fingerprint(labels)
    assert len(alert_key(1, labels)) == 16


@given(LABELS, LABELS)
def test_other_labels_are_another_alert(one: dict[str, str], other: dict[str, str]) -> None:
    assert (alert_key(1, one) == alert_key(1, other)) == (one == other)


@given(LABELS)
def test_two_sources_never_share_an_alert(labels: dict[str, str]) -> None:
    assert alert_key(1, labels) != alert_key(2, labels)


def test_names_and_values_do_not_run_into_each_other() -> None:
    assert alert_key(1, {"a": "bc", "d": "e"}) != alert_key(1, {"a": "b", "cd": "e"})
    assert alert_key(1, {"x": "1"}) != alert_key(11, {"x": "1"})


def test_the_fingerprint_is_alertmanagers() -> None:
    # As Debian's Alertmanager 0.25 answers for these label sets.
    assert fingerprint({"ab": "7"}) == "20089b3025106275"
    assert fingerprint({"ab": "4"}) == "20129b302518b6fa"
    assert fingerprint({"ok": "1"}) == "8d4653b8b9db0024"
    assert fingerprint({"ab": "a\0b"}) == "4d88337931794dd1"


def test_a_key_stays_what_it_is() -> None:
    # Stored in every database: a change here would make every alert a second one.
    assert alert_key(7, {"alertname": "Down", "place": "Jakarta ☂"}).hex() == "76fc86b163f850f20f9c853b007ae859"
