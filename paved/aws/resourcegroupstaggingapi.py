"""The Resource Groups Tagging API: resources of most services, listed by their tags."""

from collections.abc import Mapping

from paved.aws.reading.account import AccountReader
from paved.aws.reading.lookup import tag_map
from paved.aws.services import iam_actions

IAM_ACTIONS = iam_actions("resourcegroupstaggingapi", GetResources="tag:GetResources")


def tagged_resources(
    account: AccountReader, region: str, key: str, value: str
) -> dict[str, Mapping[str, str]]:
    """The tags of each resource with this tag, by its ARN. Raises Denied or NotSimulated."""
    call, filters = "resourcegroupstaggingapi.GetResources", [{"Key": key, "Values": [value]}]
    listed = account.pages(call, region, "ResourceTagMappingList", TagFilters=filters)
    return {each["ResourceARN"]: tag_map(each.get("Tags")) for each in listed}
