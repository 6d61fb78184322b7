"""What bears the tags of a stack and is in no plan is listed; what others own or the cluster makes is not."""

import pytest

from paved.audit.unmanaged import listing
from paved.aws.reading.account import AccountReader, Denied

EC2 = "arn:aws:ec2:us-east-1:111122223333:"


class Tagging:
    """The Tagging API of an account whose resources are given by ARN, two to a page."""

    def __init__(self, resources):
        self.resources, self.asked = resources, []

    def can_paginate(self, method):
        return method == "get_resources"

    def get_paginator(self, _):
        return self

    def paginate(self, TagFilters):  # noqa: N803 - AWS's name
        [wanted] = TagFilters
        self.asked.append((wanted["Key"], *wanted["Values"]))
        found = [
            {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
            for arn, tags in self.resources.items()
            if tags.get(wanted["Key"]) in wanted["Values"]
        ]
        return [{"ResourceTagMappingList": found[at : at + 2]} for at in range(0, len(found), 2)]


def listed(resources, managed=()):
    account = AccountReader(lambda service, region: Tagging(resources))
    others = ("vision-prod", "vision-dev", "foundation-prod")
    return listing(account, "us-east-1", team="vision", stack="vision-prod", others=others, managed=managed)


MINE = {"team": "vision", "service": "vision-prod"}


def test_everything_that_nobody_planned_is_listed_over_every_page():
    resources = {f"arn:aws:s3:::b{number}": {"team": "vision"} for number in range(5)}
    resources["arn:aws:sqs:us-east-1:111122223333:jobs"] = {"service": "vision-prod", "team": "other"}
    assert listed(resources).unmanaged == tuple(sorted(resources))


def test_what_is_planned_is_managed_by_arn_and_in_ec2_by_id():
    resources = {"arn:aws:s3:::models": MINE, f"{EC2}flow-logs/fl-1": MINE, f"{EC2}vpc/vpc-1": MINE}
    assert listed(resources, ["arn:aws:s3:::models", "fl-1", f"{EC2}vpc/vpc-1"]).unmanaged == ()
    assert listed({"arn:aws:s3:::a/models": MINE}, ["models"]).unmanaged == ("arn:aws:s3:::a/models",)


def test_what_bears_the_name_of_another_stack_is_that_ones():
    resources = {
        "arn:aws:s3:::dev": {"team": "vision", "service": "vision-dev"},
        "arn:aws:s3:::unknown": {"team": "vision", "service": "notebooks"},
    }
    assert listed(resources).unmanaged == ("arn:aws:s3:::unknown",)


@pytest.mark.parametrize(
    ("arn", "tags"),
    [
        (f"{EC2}instance/i-1", {}),
        (f"{EC2}volume/vol-1", {}),
        (f"{EC2}launch-template/lt-1", {"karpenter.k8s.aws/cluster": "c"}),
        ("arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/a", {"elbv2.k8s.aws/cluster": "c"}),
        (f"{EC2}security-group/sg-1", {"aws:eks:cluster-name": "c"}),
    ],
)
def test_what_the_cluster_makes_is_counted_and_not_judged(arn, tags):
    found = listed({arn: {**MINE, **tags}})
    assert (found.unmanaged, len(found.runtime)) == ((), 1)


def test_a_launch_template_of_nobodys_is_judged():
    assert listed({f"{EC2}launch-template/lt-1": MINE}).unmanaged == (f"{EC2}launch-template/lt-1",)


def test_a_listing_that_is_denied_is_not_empty():
    from botocore.exceptions import ClientError

    class Refusing(Tagging):
        def paginate(self, TagFilters):  # noqa: N803 - AWS's name
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "GetResources")

    account = AccountReader(lambda service, region: Refusing({}))
    with pytest.raises(Denied):
        listing(account, "us-east-1", team="vision", stack="vision-prod", others=(), managed=())
