"""What is not known is never taken for true or false."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.values import MISSING, Truth, Undetermined, Unfit, Value, all_of, any_of
from reference.vocabulary import UNKNOWN

TRUTHS = st.sampled_from(Truth)
YES, NO, UNSURE = Truth.YES, Truth.NO, Truth.UNSURE


@given(st.lists(TRUTHS))
def test_all_is_no_if_one_is_and_unsure_before_yes(truths):
    expected = NO if NO in truths else UNSURE if UNSURE in truths else YES
    assert all_of(truths) is expected


@given(st.lists(TRUTHS))
def test_any_is_the_mirror_of_all(truths):
    assert any_of(truths) is ~all_of(~truth for truth in truths)


@given(TRUTHS, TRUTHS)
def test_the_operators_are_those_of_two_claims(one, other):
    assert one & other is all_of([one, other])
    assert one | other is any_of([one, other])


def test_an_unsure_claim_is_no_bool():
    with pytest.raises(Undetermined):
        bool(UNSURE)


def test_everything_below_an_unknown_is_unknown():
    value = Value({"spec": UNKNOWN}).at("spec.template.spec")
    assert not value.is_known
    assert value.path == "spec.template.spec"
    assert value.equals(1) is UNSURE
    assert [item.raw for item in value.items()] == [UNKNOWN]


def test_below_a_missing_property_everything_is_missing():
    value = Value({"spec": {}}).at("spec.template.spec")
    assert value.raw is MISSING
    assert value.items() == []
    assert value.equals(1) is NO and value.equals(1, missing=True) is YES


def test_an_unknown_mapping_has_no_entries_to_pass_over():
    with pytest.raises(Undetermined, match=r"metadata\.labels"):
        Value({"metadata": UNKNOWN}).at("metadata.labels").entries()


def test_a_value_is_plain_only_if_all_of_it_is_known():
    assert Value({"a": [1]}).plain() == {"a": [1]}
    with pytest.raises(Undetermined):
        Value({"a": [{"b": UNKNOWN}]}).plain()


@pytest.mark.parametrize(
    ("raw", "read", "form"),
    [
        ("True", lambda value: value.equals(True), "a text, where EN-04 reads a flag"),
        (1, lambda value: value.equals(False), "a number, where EN-04 reads a flag"),
        (["Fail"], lambda value: value.equals("Fail"), "a list, where EN-04 reads a text"),
        (
            "abc",
            lambda value: value.test(lambda days: int(days) > 7),
            "a text, where EN-04 reads another form",
        ),
        ([], lambda value: value.number(), "a list, where EN-04 reads a number"),
        (5, lambda value: value.at("policy.Statement"), "a number, where EN-04 reads a mapping"),
        ("a", lambda value: value.entries(), "a text, where EN-04 reads a mapping"),
    ],
)
def test_a_value_of_another_form_is_no_missing_one(raw, read, form):
    with pytest.raises(Unfit) as refused:
        read(Value(raw, "spec.days"))
    found = refused.value
    assert (found.path, f"{found.found}, where EN-04 reads {found.expected}") == ("spec.days", form)


@pytest.mark.parametrize(
    ("raw", "expected", "same"),
    [
        (True, True, YES),
        ("true", True, YES),
        (1, 1, YES),
        ("1", 1, NO),
        (UNKNOWN, True, UNSURE),
    ],
)
def test_equal_is_of_one_type_but_for_booleans_written_as_text(raw, expected, same):
    assert Value(raw).equals(expected) is same


def test_a_list_with_an_unknown_element_may_contain_anything():
    value = Value({"drop": [UNKNOWN, "NET_RAW"]}).at("drop")
    assert value.contains("NET_RAW") is YES
    assert value.contains("ALL") is UNSURE
    assert Value({"drop": ["NET_RAW"]}).at("drop").contains("ALL") is NO


def test_empty_is_not_given_and_unknown_is():
    assert [bool(Value(raw).is_given) for raw in (MISSING, None, "", [], {}, False, 0, UNKNOWN)] == [
        False
    ] * 5 + [True] * 3
