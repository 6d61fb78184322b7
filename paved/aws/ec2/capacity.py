"""Placement groups and capacity reservations."""

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.ec2 import tag_specifications


@creates("aws:ec2/placementGroup:PlacementGroup")
def placement_group(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("placement-group", api.tags(inputs))
    request = api.fit("ec2", "CreatePlacementGroup", inputs, {"name": "GroupName"})
    api.call("ec2", "CreatePlacementGroup", {**request, "TagSpecifications": tags})
    name = request.get("GroupName")
    return Created(
        id=str(name),
        outputs={
            "arn": api.arn("ec2", f"placement-group/{name}"),
            "placementGroupId": f"pg-{api.made_up('placement group', 17)}",
        },
    )


@creates("aws:ec2/capacityReservation:CapacityReservation")
def capacity_reservation(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("capacity-reservation", api.tags(inputs))
    request = api.fit("ec2", "CreateCapacityReservation", inputs)
    api.call("ec2", "CreateCapacityReservation", {**request, "TagSpecifications": tags})
    id = f"cr-{api.made_up('capacity reservation', 17)}"
    return Created(
        id=id,
        outputs={"arn": api.arn("ec2", f"capacity-reservation/{id}"), "ownerId": api.place.account},
    )
