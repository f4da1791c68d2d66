"""Label matchers: Alertmanager's grammar, anchored RE2, and no pattern that holds anything up."""

from time import perf_counter

import pytest

from selaras.domains.events.contracts import BadMatcher
from selaras.domains.events.matchers import Matcher, parse


@pytest.mark.parametrize(
    ("text", "name", "op", "value"),
    [
        ('alertname="A"', "alertname", "=", "A"),
        ("alertname=A", "alertname", "=", "A"),
        (' a != "b c" ', "a", "!=", "b c"),
        ('a=~"x|y"', "a", "=~", "x|y"),
        ('a!~"x.*"', "a", "!~", "x.*"),
        ('a=""', "a", "=", ""),
        (r'a="say \"hi\" \\ \n"', "a", "=", 'say "hi" \\ \n'),
        ('a="b=c"', "a", "=", "b=c"),
        ("a:b=c", "a:b", "=", "c"),
    ],
)
def test_reads(text: str, name: str, op: str, value: str) -> None:
    matcher = parse(text)
    assert (matcher.name, matcher.op, matcher.value) == (name, op, value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a", "bad matcher format: a"),
        ("1a=b", "bad matcher format"),
        ('a="b', "unescaped double quote"),
        ('a=b"', "unescaped double quote"),
        ('a="b"c"', "unescaped double quote"),
        ('a=~"("', "error parsing regexp"),
        ('a=~"' + "x" * 1001 + '"', "longer than"),
        (r'a=~"(?P<x>a)\1"', "error parsing regexp"),
        ('a=~"((a{100}){100}){100}"', "error parsing regexp"),
    ],
)
def test_refuses(text: str, why: str) -> None:
    with pytest.raises(BadMatcher, match=why):
        parse(text)


@pytest.mark.parametrize(
    ("text", "labels", "holds"),
    [
        ('a="b"', {"a": "b"}, True),
        ('a="b"', {}, False),
        ('a=""', {}, True),
        ('a!="b"', {}, True),
        ('a=~"b"', {"a": "abc"}, False),
        ('a=~"a|abc"', {"a": "abc"}, True),
        ('a=~".*"', {}, True),
        ('a=~".+"', {}, False),
        ('a!~"b.*"', {"a": "bcd"}, False),
        ('a=~"(?i)CRITICAL"', {"a": "critical"}, True),
    ],
)
def test_holds(text: str, labels: dict[str, str], holds: bool) -> None:
    assert parse(text).holds(labels) is holds


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(BadMatcher):
        Matcher("a", "==", "b")


def test_a_pattern_that_backtracks_for_ever_elsewhere_is_quick_here() -> None:
    matcher = parse('a=~"(a+)+$"')
    began = perf_counter()
    assert not matcher.holds({"a": "a" * 50_000 + "!"})
    assert perf_counter() - began < 2
