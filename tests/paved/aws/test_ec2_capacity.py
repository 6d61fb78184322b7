"""Placement groups and capacity reservations: the simulator has neither, AWS's model judges them."""

GROUP = "aws:ec2/placementGroup:PlacementGroup"
RESERVATION = "aws:ec2/capacityReservation:CapacityReservation"
INPUTS = {
    "instanceType": "p5.48xlarge",
    "instancePlatform": "Linux/UNIX",
    "instanceCount": 4,
    "availabilityZone": "us-east-1a",
    "endDateType": "unlimited",
    "instanceMatchCriteria": "targeted",
}


def test_a_placement_group_is_validated(account):
    id, outputs = account.create(GROUP, {"name": "h100", "strategy": "cluster"})
    assert (id, account.last.status) == ("h100", "validated")
    assert outputs["arn"] == "arn:aws:ec2:us-east-1:111122223333:placement-group/h100"
    account.rejections(GROUP, {"name": "h100", "strategy": "close"}, name="again")
    assert account.last.rejections[0].parameter == "Strategy"


def test_a_reservation_is_validated(account):
    id, outputs = account.create(RESERVATION, INPUTS)
    assert account.last.status == "validated"
    assert outputs["arn"].endswith(f":capacity-reservation/{id}")
    account.rejections(RESERVATION, {**INPUTS, "instancePlatform": "Linux"}, name="again")
    assert account.last.rejections[0].parameter == "InstancePlatform"
