"""Answers of Prometheus are read as they are written, and what is none is refused with its place."""

import json

import pytest

from paved.errors import BadInput
from paved.operations.exports import BY_NAME
from paved.operations.range_export import read_export
from tests.paved.operations.world import NOVEMBER, answer, at, period

NODE = {"node": "n1", "label_paved_dev_stack": "vision-prod", "label_paved_dev_pool": "h100"}


@pytest.fixture
def read(tmp_path):
    def run(data):
        path = tmp_path / "gpu_nodes.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return read_export(path, BY_NAME["gpu_nodes"], period())

    return run


def refusal(read, data):
    with pytest.raises(BadInput) as error:
        read(data)
    return str(error.value)


def changed(**sample):
    """An answer with one series, of which something is changed."""
    entry = {"metric": NODE, "values": [[at(2).timestamp(), "8"]], **sample}
    return {"status": "success", "data": {"resultType": "matrix", "result": [entry]}}


def test_an_answer_of_the_api_and_of_promtool_are_the_same(read):
    data = answer([(NODE, {1: 8, 2: 8})])
    assert read(data) == read(data["data"]["result"])
    assert read(data)[0].counts() == {1: 8, 2: 8}


def test_samples_of_other_months_are_left_out(read):
    moments = [at(1).timestamp(), at(2).timestamp(), at(31).timestamp(), at(31).timestamp() + 300]
    [series] = read(changed(values=[[moment, "8"] for moment in moments]))
    # The first moment of a month ends the last step of the one before.
    assert sorted(series.values) == [288, 8640]
    assert NOVEMBER.in_words == "November 2026"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{", "is not JSON"),
        ({"status": "error", "error": "query timed out"}, "query timed out"),
        ({"status": "success", "data": {"resultType": "vector", "result": []}}, "got `vector`"),
        ({"status": "success", "data": []}, "`resultType` is `matrix`"),
        ("7", "is no answer of Prometheus"),
        (changed(metric={**NODE, "node": ""}), "series 1: lacks the labels `node`"),
        (changed(metric={"node": 7}), "series 1: must have `metric`"),
        (changed(values={}), "series 1: must have `metric`"),
        (changed(values=[[at(2).timestamp(), "NaN"]]), "got [1793577600.0, 'NaN']"),
        (changed(values=[[at(2).timestamp(), "-1"]]), "a number from 0"),
        (changed(values=[[at(2).timestamp(), "1_0"]]), "a number from 0"),
        (changed(values=[[at(2).timestamp(), 8]]), "as text"),
        (changed(values=[["now", "8"]]), "must be a moment"),
        (changed(values=[[at(2).timestamp() + 1, "8"]]), "is not on the grid of 300 seconds from 2026-11-01"),
        (changed(values=[[at(2).timestamp(), "8"]] * 2), "is not later than the one before it"),
    ],
)
def test_what_is_no_answer_is_refused_with_its_place(read, data, said):
    assert said in refusal(read, data)


def test_a_series_that_stands_twice_is_refused(read):
    data = answer([(NODE, {1: 8}), (NODE, {2: 8})])
    assert "series 2: its labels stand twice" in refusal(read, data)
