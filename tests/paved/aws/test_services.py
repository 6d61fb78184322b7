"""The declarations of the services: the calls that moto lacks, and the modules that are found."""

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, StructureShape

from paved.aws.creating.memory import MemoryAws
from paved.aws.creating.registry import creates
from paved.aws.reading.audited_types import audited_types
from paved.aws.services import (
    SimulatorGap,
    actions_by_call,
    iam_actions,
    moto_unsupported,
    not_compared,
    service_modules,
    simulator_gaps,
)

NUMBERS = {"boolean": True, "integer": 1, "long": 1, "double": 1.0, "float": 1.0}


def sample(shape):
    """A value that botocore itself sends."""
    if isinstance(shape, StructureShape):
        return {name: sample(shape.members[name]) for name in shape.required_members}
    if isinstance(shape, ListShape):
        return [sample(shape.member)]
    if isinstance(shape, MapShape):
        return {}
    if enum := shape.metadata.get("enum"):
        return enum[0]
    if shape.type_name in NUMBERS:
        return NUMBERS[shape.type_name]
    return "x" * max(12, shape.metadata.get("min", 0))


@pytest.mark.parametrize("name", sorted(moto_unsupported()))
def test_moto_still_lacks_a_call_that_is_declared_so(name):
    service, operation = name.split(".")
    with MemoryAws() as memory:
        client = memory.client(service, "111122223333", "us-east-1")
        request = sample(client.meta.service_model.operation_model(operation).input_shape)
        with pytest.raises((NotImplementedError, ClientError)) as caught:
            getattr(client, xform_name(operation))(**request)
    assert isinstance(caught.value, NotImplementedError) or "Not yet implemented" in str(caught.value)


def test_every_module_of_a_service_is_found_and_nothing_else():
    names = [module.__name__ for module in service_modules()]
    assert len(names) == len(set(names)) > 25
    assert {"paved.aws.s3", "paved.aws.ec2", "paved.aws.ec2.vpc", "paved.aws.eks.cluster"} <= set(names)
    assert not [name for name in names if name.startswith(("paved.aws.creating", "paved.aws.reading"))]


def test_a_declaration_of_any_module_is_collected():
    assert actions_by_call()["s3.HeadBucket"] == "s3:ListBucket"
    assert actions_by_call()["ec2.DescribeVpcs"] == "ec2:DescribeVpcs"
    assert "eks.CreateAddon" in moto_unsupported()
    assert {gap.type for gap in simulator_gaps()} <= audited_types().keys()
    assert len(not_compared()) == 3


def test_a_call_has_one_action():
    declared = [vars(module).get("IAM_ACTIONS", {}) for module in service_modules()]
    assert sum(map(len, declared)) == len(actions_by_call())


def test_an_action_has_the_name_of_its_call_or_the_one_that_is_given():
    assert iam_actions("s3", "GetBucketPolicy", HeadBucket="s3:ListBucket") == {
        "s3.GetBucketPolicy": "s3:GetBucketPolicy",
        "s3.HeadBucket": "s3:ListBucket",
    }


@pytest.mark.parametrize(
    ("path", "is_covered"), [("recordingMode", True), ("recordingMode[0].x", True), ("recording", False)]
)
def test_a_gap_covers_the_properties_that_begin_alike(path, is_covered):
    gap = SimulatorGap(type="aws:cfg/recorder:Recorder", property="recordingMode", reason="not kept")
    assert gap.covers("aws:cfg/recorder:Recorder", path) is is_covered
    assert not gap.covers("aws:cfg/other:Other", path)


def test_a_type_has_one_creator():
    with pytest.raises(ValueError, match="has two creators: create_bucket and again"):

        @creates("aws:s3/bucket:Bucket")
        def again(inputs, api):
            raise NotImplementedError
