"""Clusters and their managed node groups."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import (
    refused,
    require_key,
    require_role,
    require_security_groups,
    require_subnets,
)
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

CREATE = "eks.CreateCluster"

NO_CONTROL_PLANE = frozenset({"cac1-az3", "use1-az3", "usw1-az2"})
"""Zones that EKS documents as unable to hold a control plane's network interfaces."""


@creates("aws:eks/cluster:Cluster")
def cluster(inputs: Inputs, api: Api) -> Created:
    request = api.fit("eks", "CreateCluster", inputs, {"vpcConfig": "resourcesVpcConfig"})
    if log_types := inputs.take("enabledClusterLogTypes"):
        request["logging"] = {"clusterLogging": [{"types": log_types, "enabled": True}]}
    subnets = _checked_subnets(request, api)
    require_role(api, CREATE, "roleArn", request.get("roleArn"), trusting="eks.amazonaws.com")
    for config in request.get("encryptionConfig", []):
        require_key(api, CREATE, "encryptionConfig.provider.keyArn", config.get("provider", {}).get("keyArn"))
    inputs.leave_to_provider("forceUpdateVersion")  # at an update
    made = api.call("eks", "CreateCluster", {**request, "tags": api.tags(inputs) or None})["cluster"]
    name, vpc_id = made["name"], subnets[0]["VpcId"]
    return Created(
        id=name,
        outputs={
            "arn": made["arn"],
            "endpoint": made["endpoint"].rstrip("/"),
            "platformVersion": made["platformVersion"],
            "status": made["status"],
            "certificateAuthority": {"data": made["certificateAuthority"]["data"]},
            "identities": [{"oidcs": [{"issuer": made["identity"]["oidc"]["issuer"]}]}],
            "vpcConfig": {
                **_echo(request["resourcesVpcConfig"]),
                "clusterSecurityGroupId": _security_group(api, name, vpc_id),
                "vpcId": vpc_id,
            },
        },
    )


@creates("aws:eks/nodeGroup:NodeGroup")
def node_group(inputs: Inputs, api: Api) -> Created:
    call = "eks.CreateNodegroup"
    renamed = {"nodeGroupName": "nodegroupName", "nodeRoleArn": "nodeRole", "subnetIds": "subnets"}
    request = api.fit("eks", "CreateNodegroup", inputs, renamed)
    require_subnets(api, call, "subnets", request.get("subnets", []))
    require_role(api, call, "nodeRole", request.get("nodeRole"), trusting="ec2.amazonaws.com")
    _check_scaling(request.get("scalingConfig", {}))
    _check_template(request.get("launchTemplate", {}), api)
    inputs.leave_to_provider("forceUpdateVersion")
    made = api.call("eks", "CreateNodegroup", {**request, "tags": api.tags(inputs) or None})["nodegroup"]
    # EKS lets the nodes in by an access entry of their own, so that nobody else can make one for this role.
    api.claim("access entry", request["clusterName"], request["nodeRole"])
    groups = [{"name": group["name"]} for group in made["resources"]["autoScalingGroups"]]
    return Created(
        id=f"{request['clusterName']}:{made['nodegroupName']}",
        outputs={
            "arn": made["nodegroupArn"],
            "status": made["status"],
            "resources": [{"autoscalingGroups": groups}],
        },
    )


def _checked_subnets(request: dict[str, Any], api: Api) -> list[dict[str, Any]]:
    config = request.get("resourcesVpcConfig", {})
    subnets = require_subnets(api, CREATE, "resourcesVpcConfig.subnetIds", config.get("subnetIds", []))
    zones = sorted({subnet["AvailabilityZone"] for subnet in subnets})
    if len(zones) < 2:
        raise refused(CREATE, "resourcesVpcConfig.subnetIds", "must be in two zones or more", zones)
    if wrong := sorted({subnet["AvailabilityZoneId"] for subnet in subnets} & NO_CONTROL_PLANE):
        raise refused(CREATE, "resourcesVpcConfig.subnetIds", "EKS has no control plane in this zone", wrong)
    groups = config.get("securityGroupIds", [])
    if groups:
        require_security_groups(api, CREATE, "resourcesVpcConfig.securityGroupIds", groups)
    return subnets


def _security_group(api: Api, cluster_name: str, vpc_id: str) -> str:
    """The group that EKS makes for the control plane and the managed nodes."""
    request = {
        "GroupName": f"eks-cluster-sg-{cluster_name}-{int(api.made_up('security group', 8), 16)}",
        "Description": "EKS created security group applied to ENI that is attached to EKS Control Plane "
        "master nodes, as well as any managed workloads.",
        "VpcId": vpc_id,
    }
    return str(api.inside("ec2", "CreateSecurityGroup", request)["GroupId"])


def _check_scaling(scaling: dict[str, Any]) -> None:
    least, most = scaling.get("minSize", 0), scaling.get("maxSize", 0)
    wanted = scaling.get("desiredSize", least)
    if not least <= wanted <= most:
        rule = f"must be of {least} to {most}, the group's own limits"
        raise refused("eks.CreateNodegroup", "scalingConfig.desiredSize", rule, wanted)


def _check_template(template: dict[str, Any], api: Api) -> None:
    if "id" in template:
        versions = {"LaunchTemplateId": template["id"], "Versions": [template.get("version", "$Default")]}
        api.inside("ec2", "DescribeLaunchTemplateVersions", versions)


def _echo(config: dict[str, Any]) -> dict[str, Any]:
    keys = (
        "endpointPrivateAccess",
        "endpointPublicAccess",
        "publicAccessCidrs",
        "securityGroupIds",
        "subnetIds",
    )
    return {key: config[key] for key in keys if key in config}
