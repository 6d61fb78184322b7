"""The rules of the platform's admission policies, as CEL over the requested object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reference.vocabulary import (
    ADMITTED_LABEL,
    DO_NOT_DISRUPT,
    GPU_RESOURCE,
    NEURON_RESOURCE,
    PRIORITY_LABEL,
    QUEUE_LABEL,
    STACK_LABEL,
)

DEVICE_PREFIXES = (GPU_RESOURCE.partition("/")[0] + "/", NEURON_RESOURCE)
"""Whole GPUs and slices of them, Neuron devices and their cores."""

DEVICE = f"{GPU_RESOURCE} or {NEURON_RESOURCE}"


@dataclass(frozen=True, kw_only=True)
class AdmissionRule:
    """`expression` must hold; `message` is an expression too: the text that tells the author how to fix the object."""

    expression: str
    message: str


@dataclass(frozen=True, kw_only=True)
class AdmissionRules:
    """The rules of one policy. `variables` are evaluated where a rule first names them."""

    rules: Sequence[AdmissionRule]
    variables: Mapping[str, str] = field(default_factory=dict)


def pod_rules() -> AdmissionRules:
    """A pod stays on the nodes of its team, and one that Kueue admitted says how long its node is kept for it."""
    admitted = f"request.operation == 'CREATE' && '{ADMITTED_LABEL}' in object.metadata.?labels.orValue({{}})"
    return AdmissionRules(
        variables=variables("[object]"), rules=[*placement(), disruption_annotated(admitted)]
    )


def job_rules(priorities: Sequence[str], pods: str = "[object.spec.template]") -> AdmissionRules:
    """A job is refused at once for what its pods would be refused for, and a GPU job must wait in a queue.

    `pods` is the list of the job's pod templates. A job that names a priority class which does not exist would
    wait for it for ever.
    """
    rules = [*placement(), queue_named("!variables.gpu"), disruption_annotated(), priority_known(priorities)]
    return AdmissionRules(variables=variables(pods), rules=rules)


def train_job_rules(priorities: Sequence[str]) -> AdmissionRules:
    """A TrainJob's pods are those of its runtime, which no rule sees: it waits in a queue whatever it requests."""
    return AdmissionRules(rules=[queue_named("false"), priority_known(priorities)])


def queue_named(exempt: str) -> AdmissionRule:
    """A job waits in a queue unless `exempt` holds."""
    return AdmissionRule(
        expression=f"{exempt} || '{QUEUE_LABEL}' in object.metadata.?labels.orValue({{}})",
        message=f"'a job that requests {DEVICE} must wait in a queue: label it {QUEUE_LABEL}'",
    )


def priority_known(priorities: Sequence[str]) -> AdmissionRule:
    """A job names a priority class of the platform, or none."""
    classes = ", ".join(f"'{each}'" for each in priorities)
    return AdmissionRule(
        expression=f"{label(PRIORITY_LABEL)} in ['', {classes}]",
        message=(
            f"'label {PRIORITY_LABEL} must be one of {', '.join(priorities)}, not ' + {label(PRIORITY_LABEL)}"
        ),
    )


def tenancy_rules(data_classes: Sequence[str], dedicated_to: str | None) -> AdmissionRules:
    """A team namespace bears its stack's name, and holds only what this platform was made for."""
    named = AdmissionRule(
        expression=f"{label(STACK_LABEL)} == object.metadata.name",
        message=f"'a namespace of a stack bears its name: label {STACK_LABEL} must be ' + object.metadata.name",
    )
    classes = sorted(data_classes)
    quoted = ", ".join(f"'{each}'" for each in classes)
    holds = AdmissionRule(
        expression=f"{label('data-class')} in [{quoted}]",
        message=f"'this platform is for {', '.join(classes)} data, not for ' + {label('data-class')}",
    )
    serves = AdmissionRule(
        expression=f"{label('team')} == '{dedicated_to}'",
        message=f"'this platform serves the team {dedicated_to} alone, not ' + {label('team')}",
    )
    return AdmissionRules(rules=[named, holds, serves] if dedicated_to else [named, holds])


def variables(pods: str) -> dict[str, str]:
    """The variables of the rules: the pods or pod templates, and whether a container of any requests a device."""
    return {"pods": pods, "gpu": f"variables.pods.exists(p, {requests_device('p')})"}


def requests_device(pod: str) -> str:
    """The expression that holds when a container of a pod requests a GPU or a Neuron device."""
    is_device = " || ".join(f"r.startsWith('{prefix}')" for prefix in DEVICE_PREFIXES)
    kinds = [f"c.?resources.?{kind}.orValue({{}}).exists(r, {is_device})" for kind in ("limits", "requests")]
    return f"({pod}.spec.containers + {pod}.spec.?initContainers.orValue([])).exists(c, {' || '.join(kinds)})"


def placement() -> list[AdmissionRule]:
    """GPU pods go to their team's nodes; no pod tolerates, or is put on, the nodes of another."""
    scheduled = AdmissionRule(
        # The scheduler itself writes the node's name later, which is no creation.
        expression=(
            "request.operation != 'CREATE' || variables.pods.all(p, p.spec.?nodeName.orValue('') == '')"
        ),
        message="'a pod may not choose its node by name: remove nodeName and use nodeSelector'",
    )
    return [own_nodes_selected(), own_nodes_tolerated(), scheduled]


def own_nodes_selected() -> AdmissionRule:
    """A GPU pod names the nodes of its team."""
    return AdmissionRule(
        expression=(
            f"variables.pods.all(p, !{requests_device('p')} || "
            f"p.spec.?nodeSelector[?'{STACK_LABEL}'].orValue('') == request.namespace)"
        ),
        message=(
            f"'a pod that requests {DEVICE} runs on nodes of its own team: "
            f"set nodeSelector {STACK_LABEL}: ' + request.namespace"
        ),
    )


def own_nodes_tolerated() -> AdmissionRule:
    """A pod tolerates the nodes of its own team alone."""
    return AdmissionRule(
        expression=(
            "variables.pods.all(p, p.spec.?tolerations.orValue([]).all(t, t.?key.orValue('') != '' && "
            f"(t.key != '{STACK_LABEL}' || (t.?operator.orValue('Equal') == 'Equal' && "
            "t.?value.orValue('') == request.namespace))))"
        ),
        message=(
            f"'a pod may not tolerate the nodes of another team: name the key of every toleration, and for "
            f"{STACK_LABEL} use operator Equal and value ' + request.namespace"
        ),
    )


def disruption_annotated(where: str = "true") -> AdmissionRule:
    """A training pod says how long its node is kept for it; Karpenter drains the node of one that does not.

    `where` narrows the objects that the rule is about.
    """
    value = f"p.?metadata.?annotations[?'{DO_NOT_DISRUPT}'].orValue('')"
    # Karpenter ignores a value that it cannot parse, so anything but its own syntax is refused.
    return AdmissionRule(
        expression=(
            f"!({where}) || variables.pods.all(p, !{requests_device('p')} || "
            f"{value}.matches('^(true|([1-9][0-9]*[hms])+)$'))"
        ),
        message=(
            f'\'a training pod says how long its node is kept for it: annotate it {DO_NOT_DISRUPT}, with "true" '
            'for as long as it runs, or with a time such as "30m" after which it may be moved\''
        ),
    )


def label(key: str) -> str:
    """The value of a label of the object, empty when it has none."""
    return f"object.metadata.?labels[?'{key}'].orValue('')"
