import pytest

from stacks.checks.account import (
    anomalies_are_mailed_to_each_once,
    data_stays_in_its_region,
    mail_goes_to_each_once,
    partition_holds_the_region,
    region_is_known,
    release_is_known,
)


def test_a_region_without_facts_is_refused(valid, says):
    assert says(region_is_known, valid.team()) == []
    assert says(region_is_known, valid.team({"account.region": "us-east-3"})) == [
        "`account.region` must be a region that Paved has facts of, got `us-east-3`; did you mean `us-east-2`?"
    ]


def test_a_region_like_none_is_told_where_the_known_ones_are_listed(valid, says):
    (message,) = says(region_is_known, valid.team({"account.region": "xx-zzzzzzzzzz-9"}))
    assert message.endswith("got `xx-zzzzzzzzzz-9`: `paved regions` lists them")


def test_a_region_that_is_left_out_is_told_why(valid, says):
    (message,) = says(region_is_known, valid.team({"account.region": "ca-west-1"}))
    assert message == (
        "`account.region` is ca-west-1, of which Paved has no facts: "
        "it offers none of the instance types with accelerators"
    )


@pytest.mark.parametrize(("region", "residency"), [("eu-north-1", "eu"), ("ap-south-1", "ap")])
def test_each_residency_takes_in_its_own_regions(valid, says, region, residency):
    assert not says(data_stays_in_its_region, valid.team({"account.region": region, "residency": residency}))


@pytest.mark.parametrize(
    ("region", "partition", "wanted"),
    [
        ("us-east-1", "aws-cn", "aws"),
        ("us-gov-west-1", "aws", "aws-us-gov"),
        ("cn-north-1", "aws", "aws-cn"),
    ],
)
def test_a_region_is_of_one_partition(valid, says, region, partition, wanted):
    changes = {"account.region": region, "account.partition": partition}
    assert says(partition_holds_the_region, valid.team(changes)) == [
        f"`account.partition` must be `{wanted}` for {region}, got `{partition}`"
    ]
    assert says(partition_holds_the_region, valid.team({**changes, "account.partition": wanted})) == []


def test_data_rests_where_residency_says(valid, says):
    assert says(data_stays_in_its_region, valid.team()) == []
    assert says(data_stays_in_its_region, valid.team({"residency": "eu"})) == [
        "`paved:residency` is `eu`, so the account's region must start with `eu-`, got `us-east-1`"
    ]


def test_a_release_is_a_row_of_the_matrix(valid, says):
    assert says(release_is_known, valid.foundation()) == []
    (message,) = says(release_is_known, valid.platform({"release": "2020.01"}))
    assert message.startswith("`paved:release` must be `") and message.endswith(", got `2020.01`")


def test_an_address_stands_in_a_list_once_whatever_its_case(valid, says):
    assert says(mail_goes_to_each_once, valid.team()) == []
    changes = {
        "budget.notify": ["a@example.com", "A@example.com"],
        "monitoring.notify": ["b@example.com"] * 2,
    }
    assert says(mail_goes_to_each_once, valid.team(changes)) == [
        "`budget.notify[1]` is `A@example.com`, as entry 1 of the list is: keep one",
        "`monitoring.notify[1]` is `b@example.com`, as entry 1 of the list is: keep one",
    ]
    anomalies = valid.foundation({"guardrails.anomalies.notify": ["c@example.com"] * 2})
    assert says(anomalies_are_mailed_to_each_once, anomalies) == [
        "`guardrails.anomalies.notify[1]` is `c@example.com`, as entry 1 of the list is: keep one"
    ]
