"""Clusters and their managed node groups."""

from collections.abc import Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import (
    require_key,
    require_role,
    require_security_groups,
    require_subnets,
)
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.eks import name_in_cluster
from paved.aws.eks.contents import cluster_contents
from paved.aws.reading.audited_types import ON_CREATION, PROVIDER, reads
from paved.aws.reading.facts import NOT_RETURNED, Found
from paved.aws.reading.lookup import Lookup
from paved.aws.services import NOT_KEPT, SimulatorGap, iam_actions
from reference.vocabulary import EC2_SERVICE, EKS_CLUSTER, EKS_NODE_GROUP

IAM_ACTIONS = iam_actions("eks", "DescribeCluster", "DescribeNodegroup")
SIMULATOR_GAPS = (
    SimulatorGap(type=EKS_CLUSTER, property="accessConfig", reason=NOT_KEPT),
    SimulatorGap(type=EKS_CLUSTER, property="deletionProtection", reason=NOT_KEPT),
    SimulatorGap(type=EKS_CLUSTER, property="upgradePolicy", reason=NOT_KEPT),
    SimulatorGap(type=EKS_NODE_GROUP, property="nodeRepairConfig", reason=NOT_KEPT),
    SimulatorGap(type=EKS_NODE_GROUP, property="remoteAccess", reason="moto makes a key up"),
    SimulatorGap(type=EKS_NODE_GROUP, property="updateConfig", reason=NOT_KEPT),
)
CREATE = "eks.CreateCluster"

NO_CONTROL_PLANE = frozenset({"cac1-az3", "use1-az3", "usw1-az2"})
"""Zones that EKS documents as unable to hold a control plane's network interfaces."""


@creates(EKS_CLUSTER)
def create_cluster(inputs: Inputs, api: Api) -> Created:
    request = api.request("eks", "CreateCluster", inputs, {"vpcConfig": "resourcesVpcConfig"})
    if log_types := inputs.take("enabledClusterLogTypes"):
        request["logging"] = {"clusterLogging": [{"types": log_types, "enabled": True}]}
    subnets = _checked_subnets(request, api)
    require_role(api, CREATE, "roleArn", request.get("roleArn"), trusting="eks.amazonaws.com")
    for config in request.get("encryptionConfig", []):
        require_key(api, CREATE, "encryptionConfig.provider.keyArn", config.get("provider", {}).get("keyArn"))
    inputs.leave_to_provider("forceUpdateVersion")  # at an update
    answer = api.call("eks", "CreateCluster", {**request, "tags": api.tags(inputs) or None})
    cluster = answer["cluster"]
    name, vpc_id = cluster["name"], subnets[0]["VpcId"]
    return Created(
        id=name,
        outputs={
            "arn": cluster["arn"],
            "endpoint": cluster["endpoint"].rstrip("/"),
            "platformVersion": cluster["platformVersion"],
            "status": cluster["status"],
            "certificateAuthority": {"data": cluster["certificateAuthority"]["data"]},
            "identities": [{"oidcs": [{"issuer": cluster["identity"]["oidc"]["issuer"]}]}],
            "vpcConfig": {
                **_vpc_outputs(request["resourcesVpcConfig"]),
                "clusterSecurityGroupId": _security_group(api, name, vpc_id),
                "vpcId": vpc_id,
            },
        },
    )


@creates(EKS_NODE_GROUP)
def create_node_group(inputs: Inputs, api: Api) -> Created:
    call = "eks.CreateNodegroup"
    renamed = {"nodeGroupName": "nodegroupName", "nodeRoleArn": "nodeRole", "subnetIds": "subnets"}
    request = api.request("eks", "CreateNodegroup", inputs, renamed)
    require_subnets(api, call, "subnets", request.get("subnets", []))
    require_role(api, call, "nodeRole", request.get("nodeRole"), trusting=EC2_SERVICE)
    _check_scaling(request.get("scalingConfig", {}))
    _check_template(request.get("launchTemplate", {}), api)
    inputs.leave_to_provider("forceUpdateVersion")
    answer = api.call("eks", "CreateNodegroup", {**request, "tags": api.tags(inputs) or None})
    node_group = answer["nodegroup"]
    # EKS creates an access entry for the nodes, so that no other one can be created for this role.
    api.claim("access entry", request["clusterName"], request["nodeRole"])
    scaling_groups = node_group["resources"]["autoScalingGroups"]
    groups = [{"name": group["name"]} for group in scaling_groups]
    return Created(
        id=f"{request['clusterName']}:{node_group['nodegroupName']}",
        outputs={
            "arn": node_group["nodegroupArn"],
            "status": node_group["status"],
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
    """The group that EKS creates for the control plane and the managed nodes."""
    request = {
        "GroupName": f"eks-cluster-sg-{cluster_name}-{int(api.generated_hex('security group', 8), 16)}",
        "Description": "EKS created security group applied to ENI that is attached to EKS Control Plane "
        "master nodes, as well as any managed workloads.",
        "VpcId": vpc_id,
    }
    return str(api.internal_call("ec2", "CreateSecurityGroup", request)["GroupId"])


def _check_scaling(scaling: dict[str, Any]) -> None:
    least, most = scaling.get("minSize", 0), scaling.get("maxSize", 0)
    wanted = scaling.get("desiredSize", least)
    if not least <= wanted <= most:
        rule = f"must be of {least} to {most}, the group's own limits"
        raise refused("eks.CreateNodegroup", "scalingConfig.desiredSize", rule, wanted)


def _check_template(template: dict[str, Any], api: Api) -> None:
    if "id" in template:
        versions = {"LaunchTemplateId": template["id"], "Versions": [template.get("version", "$Default")]}
        api.internal_call("ec2", "DescribeLaunchTemplateVersions", versions)


def _vpc_outputs(config: dict[str, Any]) -> dict[str, Any]:
    keys = (
        "endpointPrivateAccess",
        "endpointPublicAccess",
        "publicAccessCidrs",
        "securityGroupIds",
        "subnetIds",
    )
    return {key: config[key] for key in keys if key in config}


@reads(
    EKS_CLUSTER,
    "settings",
    ("name",),
    concerns={
        "accessConfig": "identity",
        "enabledClusterLogTypes": "logging",
        "encryptionConfig": "encryption",
        "roleArn": "identity",
        "vpcConfig": "network",
        "deletionProtection": "recovery",
    },
    left_out={"bootstrapSelfManagedAddons": ON_CREATION},
    tagged=True,
)
def read_cluster(lookup: Lookup) -> Found:
    name = lookup.name("name")
    cluster = lookup.ask("eks.DescribeCluster", name=name)["cluster"]
    access = {**cluster.get("accessConfig", {}), "bootstrapClusterCreatorAdminPermissions": NOT_RETURNED}
    return Found(
        names=(name, cluster["arn"], *_groups_of_eks(lookup, cluster)),
        properties={
            **cluster,
            "accessConfig": access,
            "enabledClusterLogTypes": _enabled_logs(cluster.get("logging", {})),
            "vpcConfig": cluster.get("resourcesVpcConfig"),
        },
        tags=lambda: cluster.get("tags", {}),
        contents=cluster_contents(lookup, name),
    )


@reads(
    EKS_NODE_GROUP,
    "settings",
    ("clusterName", "nodeGroupName"),
    concerns={"nodeRoleArn": "identity", "remoteAccess": "network", "subnetIds": "network"},
    left_out={"forceUpdateVersion": PROVIDER},
    assumed={"remoteAccess": {}},
    tagged=True,
)
def read_node_group(lookup: Lookup) -> Found:
    key = {"clusterName": lookup.name("clusterName"), "nodegroupName": lookup.name("nodeGroupName")}
    group = lookup.ask("eks.DescribeNodegroup", **key)["nodegroup"]
    return Found(
        names=(group["nodegroupName"], group["nodegroupArn"], name_in_cluster("node group", *key.values())),
        properties={**group, "nodeRoleArn": group.get("nodeRole"), "subnetIds": group.get("subnets")},
        tags=lambda: group.get("tags", {}),
    )


def _groups_of_eks(lookup: Lookup, cluster: Mapping[str, Any]) -> list[str]:
    """The security group that EKS creates for a cluster, by its name: rules of the plan are put there."""
    id = cluster.get("resourcesVpcConfig", {}).get("clusterSecurityGroupId")
    if id:
        return [str(id)]
    prefix = f"eks-cluster-sg-{cluster['name']}-"
    by_name: Any = [{"Name": "group-name", "Values": [f"{prefix}*"]}]
    listed = lookup.pages("ec2.DescribeSecurityGroups", "SecurityGroups", Filters=by_name)
    return [group["GroupId"] for group in listed if group["GroupName"].removeprefix(prefix).isdigit()]


def _enabled_logs(logging: Mapping[str, Any]) -> list[str]:
    enabled: list[str] = []
    for setup in logging.get("clusterLogging", ()):
        if setup.get("enabled"):
            enabled += setup.get("types", ())
    return sorted(enabled)
