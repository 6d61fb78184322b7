"""The provider of a preview: nothing exists, so what is not an input is not known yet."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from paved.runtime.registration import Registration
from paved.runtime.sdk import nested_output_types, resource_class, resource_output_types
from paved.runtime.values import UNKNOWN_ID
from reference.vocabulary import UNKNOWN

StackOutputs = Callable[[str], Mapping[str, Any]]
"""The outputs of the stack of the given name."""


class PreviewProvider:
    """Answers registrations as an engine's preview does."""

    def __init__(self, stack_outputs: StackOutputs):
        """`stack_outputs` answers the program's StackReferences."""
        self._stack_outputs = stack_outputs

    def new_resource(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """The inputs, with an unknown where AWS adds a text, and an id that is not known yet."""
        if registration.type.startswith("pulumi:providers:"):
            # A reference to a provider holds its id: an empty one would be no reference.
            return UNKNOWN_ID, registration.inputs
        return "", previewed_outputs(registration.type, registration.inputs)

    def stack_outputs(self, stack: str) -> Mapping[str, Any]:
        """The outputs of a stack that the program refers to."""
        return self._stack_outputs(stack)


def previewed_outputs(type_token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of an AWS resource, with an unknown for each text that AWS adds inside one of them.

    Without it, `vpc_config.cluster_security_group_id` of a cluster would be None in a preview and not
    unknown. Objects in Kubernetes come back as they were given.
    """
    resource = resource_class(type_token) if type_token.startswith("aws:") else None
    if resource is None:
        return dict(inputs)
    types = resource_output_types(resource)
    return {name: _previewed(types.get(name), value) for name, value in inputs.items()}


def _previewed(expected: Any, value: Any) -> Any:
    if isinstance(value, list):
        item = next(iter(get_args(expected)), None)
        return [_previewed(item, element) for element in value]
    types = nested_output_types(expected)
    if types is None or not isinstance(value, dict):
        return value
    outputs = {name: UNKNOWN for name, inner in types.items() if inner is str}
    for name, inner in value.items():
        outputs[name] = _previewed(types.get(name), inner)
    return outputs
