"""ECR: repositories, their policies, their caches, and the scanning of all of them."""

from collections.abc import Iterator

from paved.aws.creating.api import Api
from paved.aws.creating.documents import json_object
from paved.aws.creating.existence import require_key, require_policy, require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import pairs
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, tag_map
from paved.aws.services import iam_actions
from reference.registries import CACHED, WITH_LOGIN
from reference.vocabulary import (
    ECR_CACHE_RULE,
    ECR_CREATION_TEMPLATE,
    ECR_LIFECYCLE_POLICY,
    ECR_REPOSITORY,
    ECR_REPOSITORY_POLICY,
    ECR_SERVICE,
    REGISTRY_SCANNING,
)

IAM_ACTIONS = iam_actions(
    "ecr",
    "DescribeImages",
    "DescribePullThroughCacheRules",
    "DescribeRegistry",
    "DescribeRepositories",
    "DescribeRepositoryCreationTemplates",
    "GetLifecyclePolicy",
    "GetRegistryPolicy",
    "GetRegistryScanningConfiguration",
    "GetRepositoryPolicy",
    "ListTagsForResource",
)
MOTO_UNSUPPORTED = ("ecr.CreatePullThroughCacheRule", "ecr.CreateRepositoryCreationTemplate")

BASIC_FREQUENCIES = ("SCAN_ON_PUSH", "MANUAL")
"""Of basic scanning, as ECR documents them; the API model knows one list for both scan types."""


LOGIN_URLS = tuple(CACHED[host] for host in WITH_LOGIN)
"""The registries that ECR pulls through with a login alone, which the API model does not say."""


@creates(ECR_REPOSITORY)
def create_repository(inputs: Inputs, api: Api) -> Created:
    renamed = {"name": "repositoryName", "encryptionConfigurations": "encryptionConfiguration"}
    request = api.request("ecr", "CreateRepository", inputs, renamed)
    inputs.leave_to_provider("forceDelete")
    key = request.get("encryptionConfiguration", {}).get("kmsKey")
    require_key(api, "ecr.CreateRepository", "encryptionConfiguration.kmsKey", key)
    answer = api.call("ecr", "CreateRepository", {**request, "tags": pairs(api.tags(inputs))})
    repository = answer["repository"]
    return Created(
        id=repository["repositoryName"],
        outputs={
            "arn": repository["repositoryArn"],
            "registryId": repository["registryId"],
            "repositoryUrl": repository["repositoryUri"],
        },
    )


@creates(ECR_LIFECYCLE_POLICY)
def create_lifecycle_policy(inputs: Inputs, api: Api) -> Created:
    renamed = {"repository": "repositoryName", "policy": "lifecyclePolicyText"}
    request = api.request("ecr", "PutLifecyclePolicy", inputs, renamed)
    if json_object(request.get("lifecyclePolicyText")) is None:
        text = request.get("lifecyclePolicyText")
        raise refused("ecr.PutLifecyclePolicy", "lifecyclePolicyText", "must be a JSON object", text)
    answer = api.call("ecr", "PutLifecyclePolicy", request)
    return Created(id=answer["repositoryName"], outputs={"registryId": answer["registryId"]})


@creates(ECR_REPOSITORY_POLICY)
def create_repository_policy(inputs: Inputs, api: Api) -> Created:
    renamed = {"repository": "repositoryName", "policy": "policyText"}
    request = api.request("ecr", "SetRepositoryPolicy", inputs, renamed)
    text = request.get("policyText")
    require_policy(api, "ecr.SetRepositoryPolicy", "policyText", text, has_resource=False)
    answer = api.call("ecr", "SetRepositoryPolicy", request)
    return Created(id=answer["repositoryName"], outputs={"registryId": answer["registryId"]})


@creates(ECR_CACHE_RULE)
def create_pull_through_cache_rule(inputs: Inputs, api: Api) -> Created:
    request = api.request("ecr", "CreatePullThroughCacheRule", inputs)
    call, url = "ecr.CreatePullThroughCacheRule", request.get("upstreamRegistryUrl")
    if url in LOGIN_URLS and "credentialArn" not in request:
        raise refused(call, "credentialArn", f"must name a secret for {url}", None)
    api.call("ecr", "CreatePullThroughCacheRule", request)
    return Created(id=request["ecrRepositoryPrefix"], outputs={"registryId": api.scope.account})


@creates(ECR_CREATION_TEMPLATE)
def create_repository_creation_template(inputs: Inputs, api: Api) -> Created:
    renamed = {
        "appliedFors": "appliedFor",
        "encryptionConfigurations": "encryptionConfiguration",
        "resourceTags": None,
    }
    request = api.request("ecr", "CreateRepositoryCreationTemplate", inputs, renamed)
    if tags := inputs.take_map("resourceTags"):
        request["resourceTags"] = pairs(tags)
    call, key = (
        "ecr.CreateRepositoryCreationTemplate",
        request.get("encryptionConfiguration", {}).get("kmsKey"),
    )
    require_key(api, call, "encryptionConfiguration.kmsKey", key)
    if (key or tags) and "customRoleArn" not in request:
        raise refused(call, "customRoleArn", "must name a role where repositories have a key or tags", None)
    require_role(api, call, "customRoleArn", request.get("customRoleArn"), trusting=ECR_SERVICE)
    api.call("ecr", "CreateRepositoryCreationTemplate", request)
    return Created(id=request["prefix"], outputs={"registryId": api.scope.account})


@creates(REGISTRY_SCANNING)
def create_registry_scanning(inputs: Inputs, api: Api) -> Created:
    request = api.request("ecr", "PutRegistryScanningConfiguration", inputs)
    for index, rule in enumerate(request.get("rules", ())):
        if request.get("scanType") == "BASIC" and rule.get("scanFrequency") not in BASIC_FREQUENCIES:
            where = f"rules[{index}].scanFrequency"
            says = "must be one of SCAN_ON_PUSH, MANUAL with BASIC"
            raise refused("ecr.PutRegistryScanningConfiguration", where, says, rule.get("scanFrequency"))
    api.call("ecr", "PutRegistryScanningConfiguration", request)
    return Created(id=api.scope.account, outputs={"registryId": api.scope.account})


@reads(
    ECR_REPOSITORY,
    "settings",
    ("name",),
    concerns={
        "encryptionConfigurations": "encryption",
        "imageTagMutability": "recovery",
        "imageTagMutabilityExclusionFilters": "recovery",
    },
    left_out={"forceDelete": PROVIDER},
    assumed={"imageTagMutabilityExclusionFilters": []},
    tagged=True,
)
def read_repository(lookup: Lookup) -> Found:
    name = lookup.name("name")
    repository = lookup.one("ecr.DescribeRepositories", "repositories", repositoryNames=[name])
    arn = repository["repositoryArn"]
    return Found(
        names=(name, arn),
        properties={
            "encryptionConfigurations": repository.get("encryptionConfiguration"),
            "imageScanningConfiguration": repository.get("imageScanningConfiguration"),
            "imageTagMutability": repository.get("imageTagMutability"),
            "imageTagMutabilityExclusionFilters": repository.get("imageTagMutabilityExclusionFilters"),
        },
        tags=lambda: tag_map(lookup.ask("ecr.ListTagsForResource", resourceArn=arn)["tags"]),
        contents={"policy": lambda: _policies(lookup, name), "lifecycle": lambda: _lifecycles(lookup, name)},
    )


@reads(ECR_LIFECYCLE_POLICY, "recovery", ("repository",), documents=("policy",))
def read_lifecycle_policy(lookup: Lookup) -> Found:
    name = lookup.name("repository")
    answer = lookup.ask("ecr.GetLifecyclePolicy", repositoryName=name)
    return Found(names=(name, f"{name} lifecycle"), properties={"policy": answer["lifecyclePolicyText"]})


@reads(ECR_REPOSITORY_POLICY, "public access", ("repository",), documents=("policy",))
def read_repository_policy(lookup: Lookup) -> Found:
    name = lookup.name("repository")
    answer = lookup.ask("ecr.GetRepositoryPolicy", repositoryName=name)
    return Found(names=(name, f"{name} policy"), properties={"policy": answer["policyText"]})


@reads(ECR_CACHE_RULE, "settings", ("ecrRepositoryPrefix",))
def read_pull_through_cache_rule(lookup: Lookup) -> Found:
    prefix = lookup.name("ecrRepositoryPrefix")
    call = "ecr.DescribePullThroughCacheRules"
    rule = lookup.one(call, "pullThroughCacheRules", ecrRepositoryPrefixes=[prefix])
    return Found(
        names=(prefix,),
        properties={
            key: rule.get(key) for key in ("credentialArn", "ecrRepositoryPrefix", "upstreamRegistryUrl")
        },
    )


@reads(
    ECR_CREATION_TEMPLATE,
    "settings",
    ("prefix",),
    concerns={"encryptionConfigurations": "encryption", "imageTagMutability": "recovery"},
)
def read_repository_creation_template(lookup: Lookup) -> Found:
    """Settings of repositories that are made from now on. Those that a cache made before keep theirs."""
    prefix = lookup.name("prefix")
    call = "ecr.DescribeRepositoryCreationTemplates"
    template = lookup.one(call, "repositoryCreationTemplates", prefixes=[prefix])
    return Found(
        names=(prefix,),
        properties={
            "appliedFors": template.get("appliedFor"),
            "customRoleArn": template.get("customRoleArn"),
            "description": template.get("description"),
            "encryptionConfigurations": template.get("encryptionConfiguration"),
            "imageTagMutability": template.get("imageTagMutability"),
            "prefix": template.get("prefix"),
            "resourceTags": tag_map(template.get("resourceTags")),
        },
    )


@reads(REGISTRY_SCANNING, "settings", ())
def read_registry_scanning(lookup: Lookup) -> Found:
    """One for all repositories of an account in a region."""
    answer = lookup.ask("ecr.GetRegistryScanningConfiguration")
    return Found(
        names=(str(answer["registryId"]),),
        properties=answer["scanningConfiguration"],
        contents={
            "registry policy": lambda: _registry_policies(lookup),
            "replication": lambda: _replications(lookup),
            "cache rule": lambda: _caches(lookup),
        },
    )


def _policies(lookup: Lookup, name: str) -> Iterator[Content]:
    text = lookup.ask("ecr.GetRepositoryPolicy", repositoryName=name)["policyText"]
    yield Content(kind="policy", name=f"{name} policy", label=text, concern="public access")


def _lifecycles(lookup: Lookup, name: str) -> Iterator[Content]:
    text = lookup.ask("ecr.GetLifecyclePolicy", repositoryName=name)["lifecyclePolicyText"]
    yield Content(kind="lifecycle", name=f"{name} lifecycle", label=text, concern="recovery")


def _registry_policies(lookup: Lookup) -> Iterator[Content]:
    """The policy of all repositories of an account in a region, which no stack plans."""
    text = lookup.ask("ecr.GetRegistryPolicy")["policyText"]
    yield Content(kind="registry policy", name="registry policy", label=text, concern="public access")


def _replications(lookup: Lookup) -> Iterator[Content]:
    rules = lookup.ask("ecr.DescribeRegistry").get("replicationConfiguration", {}).get("rules", ())
    for rule in rules:
        places = [f"{each['registryId']} in {each['region']}" for each in rule["destinations"]]
        label = f"to {', '.join(places)}"
        yield Content(kind="replication", name=label, label=label, concern="public access")


def _caches(lookup: Lookup) -> Iterator[Content]:
    for rule in lookup.pages("ecr.DescribePullThroughCacheRules", "pullThroughCacheRules"):
        prefix = rule["ecrRepositoryPrefix"]
        label = f"{prefix} from {rule.get('upstreamRegistryUrl')}"
        yield Content(kind="cache rule", name=prefix, label=label, concern="settings")
