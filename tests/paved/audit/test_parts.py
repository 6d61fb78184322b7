"""Each kind of part that the provider knows of an audited resource is told, or is said not to be looked at."""

import json
import subprocess
import sys

import pytest

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


LISTED = """
import importlib, inspect, json, pkgutil, sys
import pulumi
from pulumi._types import input_type_types

for module, keys in json.loads(sys.argv[1]).items():
    package = importlib.import_module("pulumi_aws." + module)
    for each in pkgutil.iter_modules(package.__path__):
        source = importlib.import_module(package.__name__ + "." + each.name)
        for name, found in list(vars(source).items()):
            is_resource = inspect.isclass(found) and issubclass(found, pulumi.CustomResource)
            args = getattr(source, name + "Args", None)
            if is_resource and args and set(keys) & set(input_type_types(args)):
                print(found.pulumi_type)
"""


@pytest.fixture(scope="module")
def parts():
    """The types whose resources are a part of another one, by the provider's SDK, read in a process of its own."""
    command = [sys.executable, "-c", LISTED, json.dumps(PARENTS)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    # The provider has some types twice.
    return {type.replace("V2", "") for type in answer.stdout.split()}


def test_a_part_is_told_or_said_not_to_be_looked_at(parts):
    assert len(parts) > 100
    assert parts - audited_types().keys() - TOLD.keys() - NOT_LOOKED_AT.keys() == set()


def test_nothing_is_listed_that_is_no_part_or_is_audited(parts):
    assert {*TOLD, *NOT_LOOKED_AT} <= parts
    assert not {*TOLD, *NOT_LOOKED_AT} & audited_types().keys()
    assert not TOLD.keys() & NOT_LOOKED_AT.keys()


@pytest.mark.parametrize("kind", sorted(set(TOLD.values())))
def test_a_part_that_is_told_is_seen_by_a_sabotage(kind):
    seen = {each.property for done in SABOTAGES for each in done.seen}
    assert kind in seen
