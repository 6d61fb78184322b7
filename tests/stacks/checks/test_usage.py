import pytest

from stacks.checks.usage import (
    answers_are_of_an_endpoint,
    discounts_are_of_families_of_their_own,
    expected_work_is_of_a_pool,
    runs_are_of_a_pool,
    runs_fit_the_work_of_their_pool,
)

POOL = {"pool": "h100", "hours": 100, "gpus": 8}
RUN = {"name": "tune", "pool": "h100", "gpus": 8, "hours": 10, "per_month": 10}


def test_expected_work_is_of_a_pool_that_exists_and_within_it(valid, says):
    assert says(expected_work_is_of_a_pool, valid.team({"usage.pools": [POOL]})) == []
    unknown = valid.team({"usage.pools": [{**POOL, "pool": "h10"}]})
    assert says(expected_work_is_of_a_pool, unknown) == [
        "`usage.pools[0].pool` must name one of `training.pools`, got `h10`; did you mean `h100`?"
    ]
    much = valid.team({"usage.pools": [{**POOL, "gpus": 4000}]})
    assert "must be at most the pool's `max_gpus`" in says(expected_work_is_of_a_pool, much)[0]
    assert says(expected_work_is_of_a_pool, valid.team({"usage.pools": [POOL, POOL]})) == [
        "`usage.pools[1].pool` is `h100`, as entry 1 of the list is: keep one"
    ]


def test_runs_have_names_and_pools(valid, says):
    assert says(runs_are_of_a_pool, valid.team({"usage.runs": [RUN]})) == []
    found = says(runs_are_of_a_pool, valid.team({"usage.runs": [RUN, {**RUN, "pool": "none"}]}))
    assert found[0] == "`usage.runs[1].name` is `tune`, as entry 1 of the list is: keep one"
    assert found[1].startswith("`usage.runs[1].pool` must name one of `training.pools`, got `none`")


@pytest.mark.parametrize(("hours", "fits"), [(100, True), (99, False)])
def test_what_is_said_of_a_pool_covers_its_runs(valid, says, hours, fits):
    usage = {"usage.pools": [{**POOL, "hours": hours}], "usage.runs": [RUN]}
    found = says(runs_fit_the_work_of_their_pool, valid.team(usage))
    assert found == (
        []
        if fits
        else [
            "`usage.pools[0].hours` must cover the 800 GPU-hours of the pool's `usage.runs`, got 99 hours of 8 GPUs, "
            "which is 792"
        ]
    )


def test_answers_are_of_an_endpoint_and_within_its_replicas(valid, says):
    def ask(**entry):
        usage = {"usage.endpoints": [{"endpoint": "detector", **entry}]}
        return says(answers_are_of_an_endpoint, valid.team(usage))

    endpoint = valid.team({}).serving.endpoints[0]
    assert ask(endpoint=endpoint.name, replicas=endpoint.replicas.max) == []
    assert "must name one of `serving.endpoints`" in ask(endpoint="nobody")[0]
    least, most = endpoint.replicas.min, endpoint.replicas.max
    assert ask(endpoint=endpoint.name, replicas=most + 1) == [
        f"`usage.endpoints[0].replicas` must be {least} to {most}, the replicas of `{endpoint.name}`, got {most + 1}"
    ]


def test_a_family_has_one_discount(valid, says):
    discount = {"family": "compute", "percent": 5}
    one = valid.foundation({"guardrails.discounts": [discount]})
    assert says(discounts_are_of_families_of_their_own, one) == []
    two = valid.foundation({"guardrails.discounts": [discount, {**discount, "percent": 7}]})
    assert says(discounts_are_of_families_of_their_own, two) == [
        "`guardrails.discounts[1].family` is `compute`, as entry 1 of the list is: keep one"
    ]
