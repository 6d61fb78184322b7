"""What the simulator lacks is listed, and leaves the list when it is learnt."""

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, StructureShape

from paved.aws.creating.memory import MemoryAws
from paved.rehearsal.moto_unsupported import MOTO_UNSUPPORTED

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


@pytest.mark.parametrize("name", sorted(MOTO_UNSUPPORTED))
def test_the_simulator_still_lacks(name):
    service, operation = name.split(".")
    with MemoryAws() as memory:
        client = memory.client(service, "111122223333", "us-east-1")
        request = sample(client.meta.service_model.operation_model(operation).input_shape)
        with pytest.raises((NotImplementedError, ClientError)) as caught:
            getattr(client, xform_name(operation))(**request)
    assert isinstance(caught.value, NotImplementedError) or "Not yet implemented" in str(caught.value)
