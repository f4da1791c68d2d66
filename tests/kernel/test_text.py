"""What is a number, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selaras.kernel.errors import Invalid
from selaras.kernel.text import id_after, whole_number, whole_numbers


@given(st.integers(0, 10**18 - 1))
def test_a_number_is_read_back(number: int) -> None:
    assert whole_number(str(number)) == number
    assert id_after(str(number)) == number


@given(st.text())
def test_nothing_else_is_one_and_nothing_fails(text: str) -> None:
    found = whole_number(text)
    assert (found is not None) == (0 < len(text) <= 18 and all(letter in "0123456789" for letter in text))


def test_digits_that_write_no_number_are_none() -> None:
    assert [whole_number(text) for text in ("²", "٣", "9" * 5000, "-1", "", None)] == [None] * 6
    assert whole_numbers(["7", "²", "3", "7"]) == [7, 3]
    assert id_after("") is None
    with pytest.raises(Invalid):
        id_after("²")
