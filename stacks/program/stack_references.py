"""Reading another stack's outputs, under a contract that has a version."""

from collections.abc import Mapping
from typing import Any, Literal

import pulumi
from pulumi import Output

CONTRACT_VERSION = "1"
"""Raised when an output that another stack, CI or finance reads changes its meaning or goes away."""

StackKind = Literal["foundation", "platform", "team"]


def contract(kind: StackKind) -> dict[str, str]:
    """The `contract` output that every stack exports."""
    return {"kind": kind, "version": CONTRACT_VERSION}


class StackReferenceOutputs:
    """The outputs of a stack of the same project and organisation."""

    def __init__(self, stack: str, kind: StackKind):
        """Reference `stack`, which must be of `kind` and speak this contract version."""
        name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
        self._stack = stack
        self._kind = kind
        self._outputs = pulumi.StackReference(stack, stack_name=name).outputs

    def output(self, name: str, *keys: str) -> Output[Any]:
        """One output, or what lies under `keys` inside it.

        In a preview an Output is unknown as soon as anything in it is. Ask for the part that is needed
        (`output("cluster", "name")`): it is known when that part is, whatever its neighbours are.

        Raises `pulumi.RunError` when the stack is of another kind or contract version, or lacks the output.
        """
        return self._outputs.apply(lambda outputs: self._pick(outputs, (name, *keys)), run_with_unknowns=True)

    def _pick(self, outputs: Any, path: tuple[str, ...]) -> Output[Any]:
        if not isinstance(outputs, Mapping):  # the reference as a whole is not known yet
            return Output.from_input(outputs)
        # An older stack lacks outputs or means others by them: better refused than half understood.
        found, wanted = outputs.get("contract"), contract(self._kind)
        if found != wanted:
            raise pulumi.RunError(
                f"stack `{self._stack}` exports {_said(found)}, {_said(wanted)} is needed: "
                f"deploy `{self._stack}` from this revision first"
            )
        value: Any = outputs
        for key in path:
            if not isinstance(value, Mapping):
                break
            if key not in value:
                raise pulumi.RunError(
                    f"stack `{self._stack}` has no output `{'.'.join(path)}`: deploy it from this revision first"
                )
            value = value[key]
        return Output.from_input(value)


def _said(found: Any) -> str:
    if not isinstance(found, Mapping):
        return "no contract"
    return f"the contract of a {found.get('kind')}, version {found.get('version')}"
