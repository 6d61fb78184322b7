"""A misspelt or mistyped input is found wherever it is nested."""

import pulumi_aws
import pulumi_kubernetes
import pytest

from paved.plan.typed_inputs import input_problems
from paved.runtime.values import Secret
from reference.vocabulary import UNKNOWN

assert pulumi_aws.Provider, pulumi_kubernetes.Provider  # importing an SDK registers its types

VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
AWS = "pulumi:providers:aws"


def deployment(**container):
    spec = {
        "selector": {"matchLabels": {"a": "b"}},
        "template": {"spec": {"containers": [{"name": "x", **container}]}},
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": spec}


@pytest.mark.parametrize(
    ("type_token", "inputs"),
    [
        (VERSIONING, {"bucket": "a", "versioningConfiguration": {"status": "Enabled"}}),
        (VERSIONING, {"bucket": UNKNOWN, "versioningConfiguration": UNKNOWN}),
        (VERSIONING, {"bucket": Secret("a"), "versioningConfiguration": {"status": "Enabled"}}),
        (DEPLOYMENT, deployment(ports=[{"containerPort": 80}])),
        (
            AWS,
            {"region": "us-east-1", "defaultTags": '{"tags":{"team":"a"}}', "skipRegionValidation": "true"},
        ),
        (
            "pulumi:providers:kubernetes",
            {"kubeconfig": '{"kind": "Config"}', "enableServerSideApply": "true"},
        ),
        ("kubernetes:karpenter.sh/v1:NodePool", {"spec": {"anything": 1}}),
        ("kubernetes:helm.sh/v3:Release", {"chart": "kueue", "values": {"any": {"value": 1}}}),
    ],
)
def test_inputs_that_the_sdk_takes_have_no_problems(type_token, inputs):
    assert list(input_problems(type_token, inputs)) == []


@pytest.mark.parametrize(
    ("type_token", "inputs", "problems"),
    [
        (
            VERSIONING,
            {"bucket": "a", "versioningConfiguration": {"statuss": "Enabled"}},
            [
                "`versioningConfiguration.statuss` is not an input of BucketVersioningVersioningConfigurationArgs; "
                "did you mean `status`?",
                "`versioningConfiguration.status` is required by BucketVersioningVersioningConfigurationArgs",
            ],
        ),
        (
            VERSIONING,
            {"versioningConfiguration": {"status": "Enabled"}},
            ["`bucket` is required by BucketVersioningInitArgs"],
        ),
        (
            DEPLOYMENT,
            deployment(ports=[{"containerPort": "80"}]),
            ["`spec.template.spec.containers[0].ports[0].containerPort` takes int, got str"],
        ),
        (
            DEPLOYMENT,
            deployment(env={"A": "b"}),
            ["`spec.template.spec.containers[0].env` takes a list, got dict"],
        ),
        (
            AWS,
            {"defaultTags": '{"tgas":{}}'},
            ["`defaultTags.tgas` is not an input of ProviderDefaultTagsArgs; did you mean `tags`?"],
        ),
    ],
)
def test_each_problem_names_the_path_and_what_is_taken(type_token, inputs, problems):
    assert list(input_problems(type_token, inputs)) == problems


def test_a_message_never_shows_a_text_value():
    shown = list(input_problems(VERSIONING, {"bucket": ["hunter2"], "versioningConfiguration": "hunter2"}))
    assert shown
    assert "hunter2" not in "".join(shown)
