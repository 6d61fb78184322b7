"""Proof that nothing is dropped: every value that a sample stack gives a resource is in a call that is made for it."""

import json
from collections import Counter

import pytest

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import creator_of
from paved.rehearsal import in_memory_provider
from paved.rehearsal.rehearsal import rehearse
from stacks.checks.folder import STACKS, Folder

STEERING = frozenset({"enableKeyRotation", "eventbridge", "isEnabled"})
"""Inputs that say which calls are made, rather than what is in them."""

LOOKED_UP = frozenset({("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId")})
"""Inputs by which the resource is found, since it exists already."""


def leaves(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from (spelt(key), *leaves(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield spelt(value)


def spelt(value):
    """A value however a call spells it: `true`, True and "true" are one, and so are 80 and 80.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).lower()


def parsed(value):
    """JSON texts opened up, since some calls carry what is in them."""
    if isinstance(value, str) and value.startswith("{"):
        return parsed(json.loads(value))
    if isinstance(value, dict):
        return {key: parsed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [parsed(item) for item in value]
    return value


def given(inputs):
    """The values of inputs, and the keys of maps whose keys are the user's own."""
    for key, value in inputs.items():
        if key in STEERING or key == "region":
            continue
        if key in ("tags", "labels"):
            yield from leaves(value)
        elif isinstance(value, dict):
            yield from given(value)
        elif isinstance(value, list):
            for item in value:
                yield from given(item) if isinstance(item, dict) else [spelt(item)]
        else:
            yield spelt(value)


@pytest.fixture(scope="module")
def carried():
    """By resource: what it was given, what its calls carried, and what was left to the provider."""
    sent, left, resources = {}, {}, []
    patch = pytest.MonkeyPatch()
    for name in ("_run", "check"):
        original = getattr(Api, name)

        def recording(self, *arguments, original=original):
            sent.setdefault(self._urn, []).append(parsed(arguments[-1]))
            return original(self, *arguments)

        patch.setattr(Api, name, recording)
    leave = Inputs.leave_to_provider

    def leaving(self, *keys):
        left.setdefault(id(self), set()).update(keys)
        return leave(self, *keys)

    patch.setattr(Inputs, "leave_to_provider", leaving)
    create = in_memory_provider.InMemoryProvider.new_resource

    def creating(self, registration):
        resources.append(registration)
        return create(self, registration)

    patch.setattr(in_memory_provider.InMemoryProvider, "new_resource", creating)
    with rehearse(Folder.read(STACKS)):
        pass
    patch.undo()
    return resources, sent, set().union(*left.values())


def test_every_value_of_every_sample_resource_is_in_a_call(carried):
    resources, sent, left = carried
    dropped = []
    for resource in resources:
        if creator_of(resource.type) is None:
            continue
        inputs = {
            key: parsed(value)
            for key, value in resource.inputs.items()
            if key not in left and (resource.type, key) not in LOOKED_UP
        }
        missing = Counter(given(inputs)) - Counter(leaves(sent[resource.urn]))
        dropped += [(resource.type, resource.name, value) for value in missing]
    assert not dropped
    assert len(sent) > 300
