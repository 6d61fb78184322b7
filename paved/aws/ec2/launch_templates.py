"""Launch templates: how a node's instance is made."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.fitting import fitted
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.ec2 import tag_specifications

_RENAMED = {
    "vpcSecurityGroupIds": "SecurityGroupIds",
    "networkInterfaces.securityGroups": "Groups",
}


@creates("aws:ec2/launchTemplate:LaunchTemplate")
def launch_template(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("launch-template", api.tags(inputs))
    request = {
        "LaunchTemplateName": inputs.take("name"),
        "VersionDescription": inputs.take("description"),
        "LaunchTemplateData": _data(inputs, api),
        "TagSpecifications": tags,
    }
    inputs.leave_to_provider("updateDefaultVersion")  # of later versions; the first one is the default
    made = api.call("ec2", "CreateLaunchTemplate", request)["LaunchTemplate"]
    id = made["LaunchTemplateId"]
    return Created(
        id=id,
        outputs={
            "arn": api.arn("ec2", f"launch-template/{id}"),
            "latestVersion": made["LatestVersionNumber"],
            "defaultVersion": made["DefaultVersionNumber"],
        },
    )


def _data(inputs: Inputs, api: Api) -> Any:
    shape: Any = api.shape("ec2", "CreateLaunchTemplate").members["LaunchTemplateData"]
    return fitted(inputs, shape, _RENAMED)
