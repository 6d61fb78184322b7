"""Image repositories."""

import json

REPOSITORY = "aws:ecr/repository:Repository"
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
EVERYTHING = [{"filter": "*", "filterType": "WILDCARD"}]
RULES = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 50},
            "action": {"type": "expire"},
        }
    ]
}


def test_a_repository_is_immutable_scanned_and_encrypted(account):
    key = account.key("images")
    inputs = {
        "name": "vision-prod/finetune",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": key}],
        "forceDelete": True,
    }
    id, outputs = account.create(REPOSITORY, inputs)
    ecr = account.client("ecr")
    (found,) = ecr.describe_repositories(repositoryNames=["vision-prod/finetune"])["repositories"]
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    assert found["encryptionConfiguration"] == {"encryptionType": "KMS", "kmsKey": key}
    assert (id, outputs["registryId"]) == ("vision-prod/finetune", "111122223333")
    assert outputs["repositoryUrl"] == "111122223333.dkr.ecr.us-east-1.amazonaws.com/vision-prod/finetune"
    tags = ecr.list_tags_for_resource(resourceArn=outputs["arn"])["tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "vision", "service": "test"}


def test_a_lifecycle_policy_reads_back(account):
    account.create(REPOSITORY, {"name": "finetune"})
    id, _ = account.create(LIFECYCLE, {"repository": "finetune", "policy": json.dumps(RULES)})
    found = account.client("ecr").get_lifecycle_policy(repositoryName="finetune")
    assert json.loads(found["lifecyclePolicyText"]) == RULES
    assert id == "finetune"


def test_a_lifecycle_policy_is_read(account):
    account.create(REPOSITORY, {"name": "finetune"})
    (said,) = account.rejections(LIFECYCLE, {"repository": "finetune", "policy": "nope"})
    assert said == "ecr.PutLifecyclePolicy `lifecyclePolicyText`: must be a JSON object, got 'nope'"


def test_a_repository_policy_reads_back(account):
    account.create(REPOSITORY, {"name": "finetune"})
    root = "arn:aws:iam::111122223333:root"
    statement = {"Sid": "A", "Effect": "Allow", "Principal": {"AWS": root}, "Action": ["ecr:BatchGetImage"]}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.create(
        "aws:ecr/repositoryPolicy:RepositoryPolicy", {"repository": "finetune", "policy": document}
    )
    found = account.client("ecr").get_repository_policy(repositoryName="finetune")
    assert json.loads(found["policyText"])["Statement"] == [statement]


def test_names_and_settings_are_held(account):
    assert account.rejections(REPOSITORY, {"name": "Finetune!", "imageTagMutability": "FROZEN"})[
        0
    ].startswith("ecr.CreateRepository `repositoryName`: must match")
    assert account.last.rejections[1].parameter == "imageTagMutability"


def test_a_pull_through_rule_is_validated(account):
    rule = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
    id, _ = account.create(rule, {"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io"})
    assert (id, account.last.status) == ("quay", "validated")
    account.rejections(rule, {"ecrRepositoryPrefix": "Quay!", "upstreamRegistryUrl": "quay.io"}, name="again")
    assert account.last.rejections[0].parameter == "ecrRepositoryPrefix"


def test_a_registry_is_scanned_as_configured(account):
    rules = [{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": EVERYTHING}]
    id, outputs = account.create(SCANNING, {"scanType": "ENHANCED", "rules": rules})
    found = account.client("ecr").get_registry_scanning_configuration()["scanningConfiguration"]
    assert found == {"scanType": "ENHANCED", "rules": rules}
    assert (id, outputs["registryId"]) == ("111122223333", "111122223333")


def test_basic_scanning_is_not_continuous(account):
    rules = [{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": EVERYTHING}]
    (said,) = account.rejections(SCANNING, {"scanType": "BASIC", "rules": rules})
    assert said == (
        "ecr.PutRegistryScanningConfiguration `rules[0].scanFrequency`: must be one of SCAN_ON_PUSH, MANUAL with "
        "BASIC, got 'CONTINUOUS_SCAN'"
    )


def test_a_scan_type_of_no_api_model_is_refused(account):
    assert account.rejections(SCANNING, {"scanType": "DEEP", "rules": []})


def test_a_registry_that_asks_who_pulls_needs_a_secret(account):
    rule = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
    inputs = {"ecrRepositoryPrefix": "upstream/docker.io", "upstreamRegistryUrl": "registry-1.docker.io"}
    assert account.rejections(rule, inputs) == [
        "ecr.CreatePullThroughCacheRule `credentialArn`: must name a secret for registry-1.docker.io"
    ]
    secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:{}/docker-hub-x7Kq2M"
    account.create(rule, {**inputs, "credentialArn": secret.format("ecr-pullthroughcache")}, name="with")
    account.rejections(rule, {**inputs, "credentialArn": secret.format("paved")}, name="elsewhere")
    assert account.last.rejections[0].parameter == "credentialArn"


def template(account, **changed):
    role = account.role("image-cache", "ecr.amazonaws.com")
    inputs = {
        "prefix": "upstream/quay.io",
        "appliedFors": ["PULL_THROUGH_CACHE"],
        "customRoleArn": role,
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": account.key("images")}],
        "imageTagMutability": "IMMUTABLE",
        "resourceTags": {"team": "platform"},
    }
    return {key: value for key, value in {**inputs, **changed}.items() if value is not None}


TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"


def test_a_template_of_repositories_is_validated(account):
    id, _ = account.create(TEMPLATE, template(account))
    assert (id, account.last.status) == ("upstream/quay.io", "validated")


def test_a_template_with_a_key_or_tags_needs_a_role(account):
    said = account.rejections(TEMPLATE, template(account, customRoleArn=None))
    call = "ecr.CreateRepositoryCreationTemplate"
    assert said == [f"{call} `customRoleArn`: must name a role where repositories have a key or tags"]
