"""Images of others come into the account by caches, and by copies where no cache pulls through."""

import pytest
from botocore.session import get_session

from components.account import Account
from components.registry.upstream_images import UpstreamImages, UpstreamImagesArgs, creator_role
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.security.key_policies import key_policy
from reference.registries import CACHED, WITH_LOGIN, own_repository
from reference.vocabulary import ECR_CACHE_RULE, ECR_CREATION_TEMPLATE, ECR_REPOSITORY, IAM_ROLE
from tests.iam import Request, decides

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
SECRET = "docker-hub-x7Kq2M"
ARN = f"arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/{SECRET}"


def args(**changed):
    key = EncryptionKey(
        "images",
        EncryptionKeyArgs(
            account=ACCOUNT,
            alias="paved-foundation-prod-images",
            description="Images",
            policy=key_policy(ACCOUNT),
            deletion_window_days=30,
            protect=True,
        ),
    )
    values = {
        "account": ACCOUNT,
        "key": key,
        "role_name": "paved-foundation-prod-image-cache",
        "caches": {"quay.io": None, "docker.io": SECRET},
        "mirrors": ["nvcr.io"],
        "tags": {"team": "platform"},
        "protect": True,
    }
    return UpstreamImagesArgs(**{**values, **changed})


@pytest.fixture
def plan(plan_program):
    return lambda **changed: plan_program(lambda: UpstreamImages("upstream", args(**changed)))


def test_each_registry_has_a_cache_under_its_own_name(plan):
    rules = {each.inputs["ecrRepositoryPrefix"]: each.inputs for each in plan().of(ECR_CACHE_RULE)}
    assert {name: rule["upstreamRegistryUrl"] for name, rule in rules.items()} == {
        "upstream/docker.io": "registry-1.docker.io",
        "upstream/quay.io": "quay.io",
    }
    assert rules["upstream/docker.io"]["credentialArn"] == ARN
    assert "credentialArn" not in rules["upstream/quay.io"]


def test_what_a_cache_makes_is_immutable_and_encrypted_with_the_key(plan):
    planned = plan()
    for template in planned.of(ECR_CREATION_TEMPLATE):
        assert template.inputs["appliedFors"] == ["PULL_THROUGH_CACHE"]
        assert template.inputs["imageTagMutability"] == "IMMUTABLE"
        assert template.inputs["encryptionConfigurations"][0]["encryptionType"] == "KMS"
        assert template.inputs["resourceTags"] == {"team": "platform"}
        assert template.inputs["customRoleArn"]
    prefixes = {each.inputs["prefix"] for each in planned.of(ECR_CREATION_TEMPLATE)}
    assert prefixes == {each.inputs["ecrRepositoryPrefix"] for each in planned.of(ECR_CACHE_RULE)}


def test_a_rule_comes_after_the_settings_of_what_it_makes(plan):
    planned = plan()
    templates = {each.inputs["prefix"]: each.urn for each in planned.of(ECR_CREATION_TEMPLATE)}
    for rule in planned.of(ECR_CACHE_RULE):
        assert templates[rule.inputs["ecrRepositoryPrefix"]] in rule.depends_on


def test_a_copied_image_has_a_repository_that_is_there_first(plan):
    names = {each.inputs["name"] for each in plan().of(ECR_REPOSITORY)}
    assert names == {
        "upstream/nvcr.io/nvidia/k8s-device-plugin",
        "upstream/nvcr.io/nvidia/k8s/dcgm-exporter",
        "upstream/nvcr.io/nvidia/tritonserver",
    }


def test_copies_alone_need_no_role(plan):
    planned = plan(caches={})
    assert not planned.of(IAM_ROLE) and not planned.of(ECR_CACHE_RULE)


def test_the_role_makes_repositories_of_others_images_and_no_teams(plan_program):
    found = []
    plan_program(lambda: found.append(creator_role(args()).inline["repositories"]))
    arn = "arn:aws:ecr:us-east-1:111122223333:repository/{}"
    for action in ("ecr:CreateRepository", "ecr:TagResource"):
        assert (
            decides(found[0], Request(action=action, resource=arn.format("upstream/quay.io/a/b"))) == "allow"
        )
        assert decides(found[0], Request(action=action, resource=arn.format("vision-prod/a"))) == "nothing"
    grant = {"action": "kms:CreateGrant", "resource": "arn:aws:kms:us-east-1:111122223333:key/1"}
    ours, others = (
        {"kms:resourcealiases": (f"alias/paved-foundation-prod-{name}",)} for name in ("images", "logs")
    )
    assert decides(found[0], Request(**grant, context=ours)) == "allow"
    assert decides(found[0], Request(**grant, context=others)) == "nothing"


def test_every_registry_is_one_that_ecr_pulls_through():
    """By AWS's own list of them, and its pattern for prefixes."""
    operation = get_session().get_service_model("ecr").operation_model("CreatePullThroughCacheRule")
    members = operation.input_shape.members
    known = members["upstreamRegistryUrl"].documentation + str(members["upstreamRegistry"].enum)
    assert [url for url in CACHED.values() if url not in known and url != "cgr.dev"] == []
    assert "chainguard" in known and "nvcr.io" not in known
    for host in CACHED:
        assert 2 <= len(own_repository(host)) <= members["ecrRepositoryPrefix"].metadata["max"]
    assert set(WITH_LOGIN) < set(CACHED)
