"""Launch templates, whose every setting reaches their data, placement groups and capacity reservations."""

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INPUTS = {
    "name": "system",
    "description": "first",
    "imageId": "ami-0123456789abcdef0",
    "blockDeviceMappings": [
        {
            "deviceName": "/dev/xvda",
            "ebs": {
                "volumeSize": 100,
                "volumeType": "gp3",
                "encrypted": "true",
                "kmsKeyId": "alias/volumes",
                "deleteOnTermination": "true",
            },
        }
    ],
    "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
    "tagSpecifications": [{"resourceType": "instance", "tags": {"team": "vision", "Name": "system"}}],
    "vpcSecurityGroupIds": ["sg-0123456789abcdef0"],
    "userData": "I2Nsb3VkLWNvbmZpZwo=",
}
GROUP = "aws:ec2/placementGroup:PlacementGroup"
RESERVATION = "aws:ec2/capacityReservation:CapacityReservation"
RESERVED = {
    "instanceType": "p5.48xlarge",
    "instancePlatform": "Linux/UNIX",
    "instanceCount": 4,
    "availabilityZone": "us-east-1a",
    "endDateType": "unlimited",
    "instanceMatchCriteria": "targeted",
}


def test_a_template_reads_back_as_it_was_asked_for(account):
    id, outputs = account.create(TEMPLATE, INPUTS)
    ec2 = account.client("ec2")
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateId=id)["LaunchTemplateVersions"]
    data = version["LaunchTemplateData"]
    assert (version["LaunchTemplateName"], version["VersionDescription"]) == ("system", "first")
    assert data["BlockDeviceMappings"] == [
        {
            "DeviceName": "/dev/xvda",
            "Ebs": {
                "Encrypted": True,
                "DeleteOnTermination": True,
                "KmsKeyId": "alias/volumes",
                "VolumeSize": 100,
                "VolumeType": "gp3",
            },
        }
    ]
    assert data["MetadataOptions"] == {
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 1,
        "HttpEndpoint": "enabled",
    }
    # moto adds the template's own tags here, which AWS does not
    (tagged,) = [found for found in data["TagSpecifications"] if found["ResourceType"] == "instance"]
    assert tagged["Tags"] == [{"Key": "Name", "Value": "system"}, {"Key": "team", "Value": "vision"}]
    assert data["SecurityGroupIds"] == ["sg-0123456789abcdef0"]
    assert data["UserData"] == "I2Nsb3VkLWNvbmZpZwo="
    assert (outputs["latestVersion"], outputs["defaultVersion"]) == (1, 1)


def test_the_template_itself_has_the_default_tags(account):
    id, _ = account.create(TEMPLATE, INPUTS)
    (template,) = account.client("ec2").describe_launch_templates(LaunchTemplateIds=[id])["LaunchTemplates"]
    assert {tag["Key"]: tag["Value"] for tag in template["Tags"]} == {"team": "vision", "service": "test"}


def test_a_mistake_deep_in_the_template_is_found(account):
    disk = {"deviceName": "/dev/xvda", "ebs": {"volumeType": "gp5", "volumeSize": "big", "colour": "red"}}
    assert account.rejections(TEMPLATE, {"name": "nodes", "blockDeviceMappings": [disk]}) == [
        "ec2.CreateLaunchTemplate `LaunchTemplateData.BlockDeviceMappings[0].Ebs.VolumeType`: must be one of "
        "standard, io1, io2, gp2, sc1, st1, gp3, got 'gp5'",
        "ec2.CreateLaunchTemplate `LaunchTemplateData.BlockDeviceMappings[0].Ebs.VolumeSize`: must be of type "
        "integer, got 'big'",
    ]


def test_a_setting_that_the_api_does_not_know_is_unmapped(account):
    disk = {"deviceName": "/dev/xvda", "ebs": {"volumeType": "gp3", "colour": "red"}}
    assert account.rejections(TEMPLATE, {"name": "nodes", "blockDeviceMappings": [disk]}) == [
        "`blockDeviceMappings[0].ebs.colour`: unmapped input"
    ]


def test_a_placement_group_is_validated(account):
    id, outputs = account.create(GROUP, {"name": "h100", "strategy": "cluster"})
    assert (id, account.last.status) == ("h100", "validated")
    assert outputs["arn"] == "arn:aws:ec2:us-east-1:111122223333:placement-group/h100"
    account.rejections(GROUP, {"name": "h100", "strategy": "close"}, name="again")
    assert account.last.rejections[0].parameter == "Strategy"


def test_a_reservation_is_validated(account):
    id, outputs = account.create(RESERVATION, RESERVED)
    assert account.last.status == "validated"
    assert outputs["arn"].endswith(f":capacity-reservation/{id}")
    account.rejections(RESERVATION, {**RESERVED, "instancePlatform": "Linux"}, name="again")
    assert account.last.rejections[0].parameter == "InstancePlatform"
