"""EC2's machines to be: launch templates, placement groups and reserved capacity."""

from typing import Any

from paved.aws.reading.audited_types import ON_CREATION, PROVIDER, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first, tag_map


@reads(
    "aws:ec2/launchTemplate:LaunchTemplate",
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
def launch_template(sought: Lookup) -> Found:
    name = sought.name("name")
    made = sought.one("ec2.DescribeLaunchTemplates", "LaunchTemplates", LaunchTemplateNames=[name])
    id = made["LaunchTemplateId"]
    version = sought.one(
        "ec2.DescribeLaunchTemplateVersions",
        "LaunchTemplateVersions",
        LaunchTemplateId=id,
        Versions=["$Latest"],
    )
    data = {key[0].lower() + key[1:]: value for key, value in version["LaunchTemplateData"].items()}
    return Found(
        names=(id, sought.arn("ec2", f"launch-template/{id}"), str(made["LatestVersionNumber"])),
        properties={
            **data,
            "vpcSecurityGroupIds": data.get("securityGroupIds"),
            "tagSpecifications": [
                {"resourceType": each["ResourceType"], "tags": tag_map(each.get("Tags"))}
                for each in data.get("tagSpecifications", ())
                if each["ResourceType"]
                != "launch-template"  # the template's own tags, which moto lists here too
            ],
        },
        tags=lambda: tag_map(made.get("Tags")),
    )


@reads("aws:ec2/placementGroup:PlacementGroup", "settings", ("name",), tagged=True)
def placement_group(sought: Lookup) -> Found:
    name = sought.name("name")
    made = sought.one("ec2.DescribePlacementGroups", "PlacementGroups", GroupNames=[name])
    return Found(
        names=(name, made.get("GroupArn", ""), made.get("GroupId", "")),
        properties={"strategy": made.get("Strategy"), "partitionCount": made.get("PartitionCount")},
        tags=lambda: tag_map(made.get("Tags")),
    )


@reads("aws:ec2/capacityReservation:CapacityReservation", "settings", (), tagged=True)
def capacity_reservation(sought: Lookup) -> Found:
    only: Any = [{"Name": "state", "Values": ["active", "pending", "scheduled"]}]
    listed = sought.pages("ec2.DescribeCapacityReservations", "CapacityReservations", Filters=only)
    wanted = sought.expected.tags
    made = first([each for each in listed if wanted.items() <= tag_map(each.get("Tags")).items()])
    spelt = {key[0].lower() + key[1:]: value for key, value in made.items()}
    return Found(
        names=(made["CapacityReservationId"], made["CapacityReservationArn"]),
        properties={**spelt, "instanceCount": made.get("TotalInstanceCount")},
        tags=lambda: tag_map(made.get("Tags")),
    )
