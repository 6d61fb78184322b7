"""What is taken out of bodies before they are kept."""

import json
import timeit
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_health.inference_log.redaction import MASKS, Redaction, account_number, card_number

EVERYTHING = Redaction(masks=tuple(MASKS))
NAMES = st.sampled_from(["email", "Email", "ssn", "age", "data", "name"])
LEAVES = st.none() | st.booleans() | st.integers() | st.just("secret") | st.text(max_size=5)
BODIES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def names_of(body):
    """All names at any depth, in lower case."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield name.lower()
            yield from names_of(value)
    if isinstance(body, list):
        for each in body:
            yield from names_of(each)


@given(BODIES)
def test_a_redacted_name_is_nowhere_in_what_is_kept(body):
    kept = Redaction(names=frozenset({"email", "ssn"})).applied(body)
    assert not {"email", "ssn"} & set(names_of(kept))


@given(BODIES)
def test_without_names_and_masks_a_body_is_kept_as_it_is(body):
    assert Redaction().applied(body) == body


def test_a_tensor_of_a_redacted_name_is_left_out_whole():
    tensors = [{"name": "Income", "shape": [1], "data": [5]}, {"name": "age", "shape": [1], "data": [41]}]
    kept = Redaction(names=frozenset({"income"})).applied({"inputs": tensors})
    assert kept == {"inputs": [tensors[1]]}


def test_a_form_that_names_no_values_is_closed_by_its_own_key():
    body = {"instances": [[5.1, 3.5]], "parameters": {"content_type": "np"}}
    assert Redaction(names=frozenset({"instances"})).applied(body) == {"parameters": {"content_type": "np"}}


def test_a_column_of_a_redacted_name_is_left_out_of_a_table():
    rows = [["ada@example.com", 41], ["strange"], "strange", ["bob@example.com", 7]]
    table = {"index": [0, 1], "columns": ["Email", "age"], "data": rows}
    kept = Redaction(names=frozenset({"email"})).applied({"dataframe_split": table})
    assert kept == {"dataframe_split": {"index": [0, 1], "columns": ["age"], "data": [[41], [7]]}}
    assert Redaction(names=frozenset({"income"})).applied(table) == table


def test_names_are_texts_that_are_masked_too():
    assert EVERYTHING.applied({"ada@example.com": 1, "age": 41}) == {"[email]": 1, "age": 41}


def test_texts_are_masked_where_they_stand():
    told = (
        "Ada <ada.lovelace+ml@example.co.uk> paid DE89 3704 0044 0532 0130 00 by 4111 1111 1111 1111, "
        "call +44 20 7946 0958"
    )
    kept = EVERYTHING.applied({"messages": [{"role": "user", "content": told}]})
    assert kept["messages"][0]["content"] == "Ada <[email]> paid [iban] by [card], call [phone]"


@pytest.mark.parametrize("sign", ["a", "a.", "1", "+1", "a@"])
def test_masks_look_at_a_text_of_a_million_signs_once(sign):
    took = []
    for length in (50_000, 200_000):
        text = sign * (length // len(sign))
        took.append(min(timeit.repeat(partial(EVERYTHING.masked, text), number=1, repeat=3)))
    assert took[1] < 12 * took[0]  # four times as long; what looks back and forth takes sixteen
    long = f"{'a' * 100_000}@example.com"
    assert EVERYTHING.masked(long) == "[email]"


def test_numbers_that_only_look_like_one_are_kept():
    told = "order 4111 1111 1111 1112 of 2026-11-30 12:30, DE00 3704 0044 0532 0130 00, 1234567"
    assert EVERYTHING.masked(told) == told


def test_check_digits_are_those_of_published_samples():
    # Payment networks' test numbers, and the samples of the IBAN registry.
    cards = ("4111111111111111", "5555555555554444", "378282246310005", "6011111111111117")
    ibans = ("GB29 NWBK 6016 1331 9268 19", "FR14 2004 1010 0505 0001 3M02 606", "NO93 8601 1117 947")
    assert all(map(card_number, cards)) and all(map(account_number, ibans))
    assert not card_number("4111111111111112") and not account_number("GB28 NWBK 6016 1331 9268 19")


@given(st.text(alphabet="+0123456789 -@.aDE", max_size=60))
def test_a_second_look_finds_nothing_more(text):
    once = EVERYTHING.masked(text)
    assert json.loads(json.dumps(once)) == once
    assert not MASKS["email"][0].search(once)
