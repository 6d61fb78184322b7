"""Lines in columns, and numbers of things in words."""

import pytest

from paved.table_text import columns, counted


def test_a_column_is_as_wide_as_its_widest_cell_and_never_wrapped():
    long = "word " * 40
    assert columns([("a", "b", long), ("aaa", "", "end")]) == [f"a    b  {long.rstrip()}", "aaa     end"]


def test_a_column_without_a_word_is_left_out():
    assert columns([("a", "", "b"), ("c", "", "")]) == ["a  b", "c"]
    assert columns([]) == []


@pytest.mark.parametrize(("number", "words"), [(0, "0 rules"), (1, "1 rule"), (2, "2 rules")])
def test_a_number_of_things_is_counted_in_words(number, words):
    assert counted(number, "rule") == words
