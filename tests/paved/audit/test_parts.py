"""Each kind of part that the provider knows of an audited resource is told, or is said not to be looked at."""

import importlib
import inspect
import pkgutil

import pulumi
import pytest
from pulumi._types import input_type_types

from paved.audit.parts import NOT_LOOKED_AT, TOLD
from paved.aws.reading.audited_types import audited_types
from tests.paved.audit.sabotage import SABOTAGES

PARENTS = {
    "accessanalyzer": ("analyzerName",),
    "backup": ("backupVaultName", "planId"),
    "budgets": ("budgetName",),
    "cloudwatch": ("rule", "logGroup", "logGroupName", "logGroupNames"),
    "ec2": ("routeTableId", "securityGroupId", "vpcId"),
    "ec2transitgateway": ("vpcId",),
    "ecr": ("repository", "repositoryName"),
    "eks": ("clusterName",),
    "fsx": ("fileSystemId",),
    "guardduty": ("detectorId",),
    "iam": ("role",),
    "kms": ("keyId", "targetKeyId"),
    "lb": ("vpcId",),
    "route53": ("vpcId",),
    "s3": ("bucket",),
    "sns": ("arn", "topic"),
    "sqs": ("queueUrl",),
    "vpc": ("securityGroupId", "vpcId"),
}
"""The inputs by which resources of a module of the provider name the one that they are a part of."""


def parts():
    """The types whose resources are a part of another one, by what the provider's SDK says."""
    for module, keys in PARENTS.items():
        package = importlib.import_module(f"pulumi_aws.{module}")
        for each in pkgutil.iter_modules(package.__path__):
            yield from parts_in(importlib.import_module(f"{package.__name__}.{each.name}"), keys)


def parts_in(source, keys):
    for name, found in list(vars(source).items()):
        is_resource = inspect.isclass(found) and issubclass(found, pulumi.CustomResource)
        args = getattr(source, f"{name}Args", None)
        if is_resource and args and set(keys) & set(input_type_types(args)):
            yield found.pulumi_type


PARTS = sorted(set(parts()))


@pytest.mark.parametrize("type", PARTS)
def test_a_part_is_told_or_said_not_to_be_looked_at(type):
    first = type.replace("V2", "")  # the provider has some types twice
    assert first in audited_types() or (first in TOLD) != (first in NOT_LOOKED_AT)


def test_nothing_is_listed_that_is_no_part_or_is_audited():
    listed = {*TOLD, *NOT_LOOKED_AT}
    assert listed <= {*PARTS, *(each.replace("V2", "") for each in PARTS)}
    assert not listed & audited_types().keys()


@pytest.mark.parametrize("kind", sorted(set(TOLD.values())))
def test_a_part_that_is_told_is_seen_by_a_sabotage(kind):
    seen = {each.property for done in SABOTAGES for each in done.seen}
    assert kind in seen
