"""ECR: repositories, their policies, what they cache, and how all of them are scanned."""

from paved.aws.creating.api import Api
from paved.aws.creating.documents import json_object
from paved.aws.creating.existence import refused, require_key, require_policy
from paved.aws.creating.fitting import pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

BASIC_FREQUENCIES = ("SCAN_ON_PUSH", "MANUAL")
"""How often basic scanning looks, as ECR documents it; the API model knows one list for both scan types."""


@creates("aws:ecr/repository:Repository")
def repository(inputs: Inputs, api: Api) -> Created:
    renamed = {"name": "repositoryName", "encryptionConfigurations": "encryptionConfiguration"}
    request = api.fit("ecr", "CreateRepository", inputs, renamed)
    inputs.leave_to_provider("forceDelete")
    key = request.get("encryptionConfiguration", {}).get("kmsKey")
    require_key(api, "ecr.CreateRepository", "encryptionConfiguration.kmsKey", key)
    made = api.call("ecr", "CreateRepository", {**request, "tags": pairs(api.tags(inputs))})["repository"]
    return Created(
        id=made["repositoryName"],
        outputs={
            "arn": made["repositoryArn"],
            "registryId": made["registryId"],
            "repositoryUrl": made["repositoryUri"],
        },
    )


@creates("aws:ecr/lifecyclePolicy:LifecyclePolicy")
def lifecycle_policy(inputs: Inputs, api: Api) -> Created:
    renamed = {"repository": "repositoryName", "policy": "lifecyclePolicyText"}
    request = api.fit("ecr", "PutLifecyclePolicy", inputs, renamed)
    if json_object(request.get("lifecyclePolicyText")) is None:
        text = request.get("lifecyclePolicyText")
        raise refused("ecr.PutLifecyclePolicy", "lifecyclePolicyText", "must be a JSON object", text)
    made = api.call("ecr", "PutLifecyclePolicy", request)
    return Created(id=made["repositoryName"], outputs={"registryId": made["registryId"]})


@creates("aws:ecr/repositoryPolicy:RepositoryPolicy")
def repository_policy(inputs: Inputs, api: Api) -> Created:
    renamed = {"repository": "repositoryName", "policy": "policyText"}
    request = api.fit("ecr", "SetRepositoryPolicy", inputs, renamed)
    text = request.get("policyText")
    require_policy(api, "ecr.SetRepositoryPolicy", "policyText", text, has_resource=False)
    made = api.call("ecr", "SetRepositoryPolicy", request)
    return Created(id=made["repositoryName"], outputs={"registryId": made["registryId"]})


@creates("aws:ecr/pullThroughCacheRule:PullThroughCacheRule")
def pull_through_cache_rule(inputs: Inputs, api: Api) -> Created:
    request = api.fit("ecr", "CreatePullThroughCacheRule", inputs)
    api.call("ecr", "CreatePullThroughCacheRule", request)
    return Created(id=request["ecrRepositoryPrefix"], outputs={"registryId": api.place.account})


@creates("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration")
def registry_scanning_configuration(inputs: Inputs, api: Api) -> Created:
    request = api.fit("ecr", "PutRegistryScanningConfiguration", inputs)
    for index, rule in enumerate(request.get("rules", ())):
        if request.get("scanType") == "BASIC" and rule.get("scanFrequency") not in BASIC_FREQUENCIES:
            where = f"rules[{index}].scanFrequency"
            says = "must be one of SCAN_ON_PUSH, MANUAL with BASIC"
            raise refused("ecr.PutRegistryScanningConfiguration", where, says, rule.get("scanFrequency"))
    api.call("ecr", "PutRegistryScanningConfiguration", request)
    return Created(id=api.place.account, outputs={"registryId": api.place.account})
