"""The declarations of the services: the calls that moto lacks, and the modules that are found."""

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, StructureShape

from paved.aws.creating.memory import MemoryAws
from paved.aws.services import moto_unsupported

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
