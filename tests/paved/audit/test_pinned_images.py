"""An image that a plan pins is asked for in the registry, by a registry that answers as AWS does."""

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session
from botocore.validate import ParamValidator

from paved.audit.audit import audit
from paved.audit.audited_stack import AuditedStack
from paved.audit.pinned_images import ImageByDigest, expires, pinned_images, tags_of
from paved.aws.reading.account import AccountReader, NotFound
from reference.releases import releases

ACCOUNT = "111122223333"
DIGEST = "sha256:7d1a6f0c2b9e48d35f17c08ab4e2963d5cf0817ea2b64d93708e1fc5a6b2d490"
IMAGE = ImageByDigest(region="us-east-1", repository="vision-prod/finetune", digest=DIGEST)
ADDRESS = f"image vision-prod/finetune@{DIGEST}"


class Registry:
    """The account's ECR with one image, or with none; every other call is denied."""

    def __init__(self, tags):
        self.tags = tags

    def describe_images(self, **params):
        shape = get_session().get_service_model("ecr").shape_for("DescribeImagesRequest")
        assert not ParamValidator().validate(params, shape).has_errors()
        if self.tags is None:
            raise ClientError({"Error": {"Code": "ImageNotFoundException"}}, "DescribeImages")
        return {"imageDetails": [{"imageDigest": DIGEST, "imageTags": self.tags}]}

    def can_paginate(self, method):
        return False

    def __getattr__(self, method):
        def refuse(**params):
            raise ClientError({"Error": {"Code": "AccessDenied"}}, method)

        return refuse


def reader(tags):
    return AccountReader(lambda service, region: Registry(tags))


def test_a_plan_names_its_own_images_by_digest_once_with_a_tag_or_without(plan_stack):
    found = {each.repository: each for each in pinned_images(plan_stack("vision-prod"), ACCOUNT)}
    assert found[IMAGE.repository] == IMAGE
    tools = releases()[-1].tools
    for name in ("busybox", "aws-cli"):
        assert found[f"upstream/{tools[name].repository}"].digest == tools[name].digest
    assert len(found) == 4, "and the notebooks' own"
    assert pinned_images(plan_stack("vision-prod"), "444455556666") == []


def test_an_image_of_others_that_a_chart_is_given_by_digest_is_one_of_them(plan_stack):
    found = {each.repository for each in pinned_images(plan_stack("platform-risk"), "777788889999")}
    assert found == {"upstream/cgr.dev/chainguard/kubectl", "upstream/nvcr.io/nvidia/tritonserver"}
    prod = {each.repository for each in pinned_images(plan_stack("platform-prod"), ACCOUNT)}
    assert prod == {"upstream/nvcr.io/nvidia/tritonserver"}


def test_the_registry_is_asked_for_the_tags():
    assert tags_of(reader(["release-3"]), IMAGE) == ["release-3"]
    with pytest.raises(NotFound):
        tags_of(reader(None), IMAGE)


@pytest.mark.parametrize(
    ("tags", "goes"),
    [
        (["candidate-1"], True),
        (["candidate-1", "v3"], True),
        (["candidate-1", "release-3"], False),
        (["v3"], False),
        ([], False),
    ],
)
def test_an_image_expires_as_a_candidate_that_is_no_release(tags, goes):
    assert expires(tags) is goes


@pytest.mark.parametrize(
    ("tags", "kinds"), [(None, ["missing"]), (["candidate-1"], ["changed"]), (["release-3"], [])], ids=str
)
def test_an_audit_tells_a_pinned_image_that_is_lost_or_will_be(planner, tags, kinds):
    found = audit(AuditedStack.of(planner, "vision-prod"), reader(tags))
    assert [each.kind for each in found.differences if each.address == ADDRESS] == kinds
