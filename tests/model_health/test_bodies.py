"""Requests and answers by the form of their server, as rows of named values."""

import json

import pytest

pytest.importorskip("pandas", reason="the libraries of the job's image are not here: `make model-health`")

import pandas as pd

from model_health.bodies import INPUTS, OUTPUTS, Unreadable, instances, unfolded
from model_health.settings import Columns

COLUMNS = Columns()
NAMED = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
TENSORS = [
    {"name": "a", "shape": [2, 1], "datatype": "FP32", "data": [1, 2]},
    {"name": "b", "shape": [2], "datatype": "BYTES", "data": ["x", "y"]},
]


def of(inputs=None, outputs=None):
    texts = [None if each is None else json.dumps(each) for each in (inputs, outputs)]
    return instances(*texts, COLUMNS)


@pytest.mark.parametrize("inputs", [NAMED, {"instances": NAMED}, {"inputs": TENSORS}, TENSORS])
def test_the_forms_of_a_batch_are_the_same_rows(inputs):
    assert of(inputs) == NAMED


def test_plain_values_are_one_row_with_what_lies_in_them():
    assert of({"a": 1, "b": {"c": "x"}, "d": [1, 2]}) == [{"a": 1, "b.c": "x", "d_0": 1, "d_1": 2}]


def test_rows_without_names_are_numbered():
    assert of({"instances": [[1, 2], [3, 4]]}) == [
        {"feature_0": 1, "feature_1": 2},
        {"feature_0": 3, "feature_1": 4},
    ]


@pytest.mark.parametrize(
    ("outputs", "answer"),
    [
        ({"predictions": [0.5]}, {"prediction": 0.5}),
        ({"outputs": [{"name": "out", "shape": [1], "data": [3]}]}, {"prediction": 3}),
        ([{"name": "predict_proba", "shape": [1, 2], "data": [0.2, 0.8]}], {"score": 0.8}),
        ({"prediction": 1, "score": 0.9}, {"prediction": 1, "score": 0.9}),
        ({"choices": [{"message": {"content": "Yes."}}]}, {"answer": "Yes."}),
        ({"choices": [{"text": "Yes."}]}, {"answer": "Yes."}),
    ],
)
def test_an_answer_has_the_names_that_monitors_look_for(outputs, answer):
    assert of({"a": 1}, outputs) == [{"a": 1, **answer}]


def test_what_a_language_model_was_told_is_its_context():
    told = {"messages": [{"role": "system", "content": "Facts."}, {"role": "user", "content": "Well?"}]}
    assert of(told) == [{"context": "Facts.\nWell?"}]
    assert of({"prompt": "Well?"}) == [{"context": "Well?"}]


def test_a_body_that_was_redacted_leaves_the_other():
    assert of(None, {"predictions": [1, 0]}) == [{"prediction": 1}, {"prediction": 0}]


@pytest.mark.parametrize(
    ("inputs", "outputs", "says"),
    [
        ([{"a": 1}], {"predictions": [1, 2]}, "1 inputs and 2 outputs"),
        ([*TENSORS, {"name": "c", "shape": [3], "data": [1, 2, 3]}], None, "different lengths"),
        ([{"name": "c", "shape": [2, 2], "data": [1, 2, 3]}], None, "not of its shape"),
    ],
)
def test_bodies_that_do_not_fit_are_not_guessed(inputs, outputs, says):
    with pytest.raises(Unreadable, match=says):
        of(inputs, outputs)


def test_a_body_that_is_no_json_is_unreadable():
    with pytest.raises(Unreadable, match="no JSON"):
        instances("{", None, COLUMNS)


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [1]},
        {"choices": [{"message": [1]}]},
        {"inputs": [{"name": "a", "shape": [10**15], "data": [1]}]},
        {"inputs": [{"name": "a", "shape": "abc", "data": [1]}]},
        {"inputs": [{"name": "a", "shape": [[1]], "data": [1]}]},
        {"inputs": [{"name": "a", "data": 1}]},
        {"inputs": [{"name": "a", "shape": [-1], "data": [1]}]},
    ],
)
def test_one_body_of_a_strange_form_takes_no_other_along(body):
    bodies = [body, *[{"a": number} for number in range(200)]]
    rows = [
        {"request_id": str(number), INPUTS: json.dumps(each), OUTPUTS: "1"}
        for number, each in enumerate(bodies)
    ]
    assert sorted(unfolded(pd.DataFrame(rows), COLUMNS)["a"]) == list(range(200))
