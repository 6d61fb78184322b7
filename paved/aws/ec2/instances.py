"""Instances to come: launch templates, placement groups and capacity reservations."""

from collections.abc import Iterator, Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.request import request_members
from paved.aws.ec2 import tag_specifications
from paved.aws.reading.audited_types import ON_CREATION, PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, camel_case, first, tag_map
from paved.aws.services import iam_actions
from reference.vocabulary import LAUNCH_TEMPLATE

IAM_ACTIONS = iam_actions(
    "ec2",
    "DescribeCapacityReservations",
    "DescribeLaunchTemplates",
    "DescribeLaunchTemplateVersions",
    "DescribePlacementGroups",
)
MOTO_UNSUPPORTED = ("ec2.CreateCapacityReservation", "ec2.CreatePlacementGroup")
PLACEMENT_GROUP = "aws:ec2/placementGroup:PlacementGroup"
CAPACITY_RESERVATION = "aws:ec2/capacityReservation:CapacityReservation"

_TEMPLATE_REQUEST = {
    "vpcSecurityGroupIds": "SecurityGroupIds",
    "networkInterfaces.securityGroups": "Groups",
}


@creates(LAUNCH_TEMPLATE)
def create_launch_template(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("launch-template", api.tags(inputs))
    shape: Any = api.shape("ec2", "CreateLaunchTemplate").members["LaunchTemplateData"]
    request = {
        "LaunchTemplateName": inputs.take("name"),
        "VersionDescription": inputs.take("description"),
        "LaunchTemplateData": request_members(inputs, shape, _TEMPLATE_REQUEST),
        "TagSpecifications": tags,
    }
    inputs.leave_to_provider("updateDefaultVersion")  # of later versions; the first one is the default
    template = api.call("ec2", "CreateLaunchTemplate", request)["LaunchTemplate"]
    id = template["LaunchTemplateId"]
    return Created(
        id=id,
        outputs={
            "arn": api.arn("ec2", f"launch-template/{id}"),
            "latestVersion": template["LatestVersionNumber"],
            "defaultVersion": template["DefaultVersionNumber"],
        },
    )


@creates(PLACEMENT_GROUP)
def create_placement_group(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("placement-group", api.tags(inputs))
    request = api.request("ec2", "CreatePlacementGroup", inputs, {"name": "GroupName"})
    api.call("ec2", "CreatePlacementGroup", {**request, "TagSpecifications": tags})
    name = request.get("GroupName")
    return Created(
        id=str(name),
        outputs={
            "arn": api.arn("ec2", f"placement-group/{name}"),
            "placementGroupId": f"pg-{api.generated_hex('placement group', 17)}",
        },
    )


@creates(CAPACITY_RESERVATION)
def create_capacity_reservation(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("capacity-reservation", api.tags(inputs))
    request = api.request("ec2", "CreateCapacityReservation", inputs)
    api.call("ec2", "CreateCapacityReservation", {**request, "TagSpecifications": tags})
    id = f"cr-{api.generated_hex('capacity reservation', 17)}"
    arn = api.arn("ec2", f"capacity-reservation/{id}")
    return Created(id=id, outputs={"arn": arn, "ownerId": api.scope.account})


@reads(
    LAUNCH_TEMPLATE,
    "settings",
    ("name",),
    concerns={
        "blockDeviceMappings": "encryption",
        "metadataOptions": "identity",
        "tagSpecifications": "tags",
    },
    left_out={
        "updateDefaultVersion": PROVIDER,
        "description": ON_CREATION,
        "userData": "may hold what nobody should print",
    },
    tagged=True,
)
def read_launch_template(lookup: Lookup) -> Found:
    name = lookup.name("name")
    template = lookup.one("ec2.DescribeLaunchTemplates", "LaunchTemplates", LaunchTemplateNames=[name])
    id = template["LaunchTemplateId"]
    version = lookup.one(
        "ec2.DescribeLaunchTemplateVersions",
        "LaunchTemplateVersions",
        LaunchTemplateId=id,
        Versions=["$Latest"],
    )
    data = camel_case(version["LaunchTemplateData"])
    return Found(
        names=(id, lookup.arn("ec2", f"launch-template/{id}"), str(template["LatestVersionNumber"])),
        properties={
            **data,
            "vpcSecurityGroupIds": data.get("securityGroupIds"),
            "tagSpecifications": _tag_specification_inputs(data),
        },
        tags=lambda: tag_map(template.get("Tags")),
        contents={"member": lambda: _more_members(data, lookup.inputs)},
    )


def _more_members(data: Mapping[str, Any], planned: Mapping[str, Any]) -> Iterator[Content]:
    """Members of the newest version that the plan does not give, by their names: a value may be a secret."""
    renamed = {"securityGroupIds": "vpcSecurityGroupIds"}
    for member, value in data.items():
        if value and renamed.get(member, member) not in planned:
            yield Content(kind="member", name=f"member {member}", label=member, concern="settings")


def _tag_specification_inputs(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    # moto lists the template's own tags here too, which AWS does not.
    specifications = [
        each for each in data.get("tagSpecifications", ()) if each["ResourceType"] != "launch-template"
    ]
    return [
        {"resourceType": each["ResourceType"], "tags": tag_map(each.get("Tags"))} for each in specifications
    ]


@reads(PLACEMENT_GROUP, "settings", ("name",), tagged=True)
def read_placement_group(lookup: Lookup) -> Found:
    name = lookup.name("name")
    group = lookup.one("ec2.DescribePlacementGroups", "PlacementGroups", GroupNames=[name])
    return Found(
        names=(name, group.get("GroupArn", ""), group.get("GroupId", "")),
        properties={"strategy": group.get("Strategy"), "partitionCount": group.get("PartitionCount")},
        tags=lambda: tag_map(group.get("Tags")),
    )


@reads(CAPACITY_RESERVATION, "settings", (), tagged=True)
def read_capacity_reservation(lookup: Lookup) -> Found:
    # EC2 keeps listing reservations that ended.
    in_use: Any = [{"Name": "state", "Values": ["active", "pending", "scheduled"]}]
    listed = lookup.pages("ec2.DescribeCapacityReservations", "CapacityReservations", Filters=in_use)
    # A reservation has no name: its tags alone tell it from others.
    tagged = [each for each in listed if lookup.tags.items() <= tag_map(each.get("Tags")).items()]
    reservation = first(tagged)
    properties = {**camel_case(reservation), "instanceCount": reservation.get("TotalInstanceCount")}
    return Found(
        names=(reservation["CapacityReservationId"], reservation["CapacityReservationArn"]),
        properties=properties,
        tags=lambda: tag_map(reservation.get("Tags")),
    )
