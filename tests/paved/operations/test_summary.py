"""Months together are what they would be as one, and what is unknown stays so."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paved.errors import BadInput
from paved.operations.goodput import USES
from paved.operations.summary import Summary, middle, ninetieth, read_earlier, together

# A machine that is busy draws slowly, which says nothing of the code.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
COUNT = st.none() | st.integers(0, 1000)
TIMES = st.none() | st.lists(st.integers(0, 10**6), max_size=5).map(lambda each: tuple(sorted(each)))
SUMMARIES = st.builds(
    Summary,
    days=st.integers(28, 31),
    deployments=COUNT,
    failed_deployments=COUNT,
    lead_time_seconds=TIMES,
    incidents=COUNT,
    restore_seconds=TIMES,
    models=COUNT,
    models_on_road=COUNT,
    gpu_seconds=st.none() | st.fixed_dictionaries({use: st.integers(0, 10**6) for use in USES}),
    gpu_cents=COUNT,
)


@UNHURRIED
@given(st.lists(SUMMARIES, min_size=1, max_size=6), st.integers(1, 5))
def test_months_may_be_put_together_in_any_groups(months, at):
    in_groups = [together(group) for group in (months[:at], months[at:]) if group]
    assert together(in_groups) == together([together(months)])


@UNHURRIED
@given(SUMMARIES)
def test_a_summary_is_read_back_as_it_was_written(tmp_path_factory, summary):
    path = tmp_path_factory.mktemp("earlier") / "operations-2026-10.json"
    data = {
        "schema_version": "1",
        "month": "2026-10",
        "platform": {"summary": summary.model_dump(mode="json")},
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    assert read_earlier(path).scopes == {"*": summary}


def test_an_unknown_cost_makes_no_gpu_free():
    gpus = dict.fromkeys(USES, 3600)
    known = Summary(days=30, gpu_seconds=gpus, gpu_cents=700)
    unknown = Summary(days=30, gpu_seconds=gpus)
    assert together([known, known]).useful_hour_cents == 700
    assert together([known, unknown]).useful_hour_cents is None
    assert together([known, Summary(days=30)]).useful_hour_cents == 700


def test_a_week_is_of_the_days_that_are_told():
    assert together([Summary(days=30, deployments=30), Summary(days=31)]).deployments_a_week == 7


def test_of_nothing_there_is_no_median():
    assert middle(()) is None
    assert middle((1, 2, 9)) == 2
    assert ninetieth(()) is None
    assert ninetieth(tuple(range(1, 11))) == 9
    assert Summary(days=30, deployments=0, failed_deployments=0).failure_rate is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema_version": "0"}, "got version `0`"),
        ({"month": "2026-09"}, "must be of the month in its name"),
        ({"platform": {}}, "`platform.summary."),
        ({"platform": {"summary": {"days": 30, "deployments": -1}}}, "`platform.summary.deployments` is not"),
        ({"platform": {"summary": {"days": 30, "deploys": 1}}}, "deploys"),
        (
            {"platform": {"summary": {"days": 30, "gpu_seconds": {"used": 1}}}},
            "`gpu_seconds` must have useful",
        ),
    ],
)
def test_data_of_another_kind_is_refused(tmp_path, change, said):
    path = tmp_path / "operations-2026-10.json"
    data = {"schema_version": "1", "month": "2026-10", "platform": {"summary": {"days": 31}}, **change}
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(BadInput) as error:
        read_earlier(path)
    assert said in str(error.value)
