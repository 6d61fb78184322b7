"""The rules of the platform's admission policies, as CEL over the object that is asked for."""

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
    """`expression` must hold; `message` is an expression too, and tells the author what to write."""

    expression: str
    message: str


@dataclass(frozen=True, kw_only=True)
class AdmissionRules:
    """The rules of one policy. `variables` are evaluated where a rule first names them."""

    rules: Sequence[AdmissionRule]
    variables: Mapping[str, str] = field(default_factory=dict)


def pod_rules() -> AdmissionRules:
    """A pod stays on the nodes of its team, and one that Kueue admitted says how long its node is kept for it."""
    trained = f"request.operation == 'CREATE' && '{ADMITTED_LABEL}' in object.metadata.?labels.orValue({{}})"
    return AdmissionRules(variables=variables("[object]"), rules=[*placement(), kept(trained)])


def job_rules(priorities: Sequence[str], pods: str = "[object.spec.template]") -> AdmissionRules:
    """A job is told at once what its pods would be refused for, and a GPU job must wait in a queue.

    `pods` is the list of the job's pod templates. A job that names a priority class which does not exist would
    wait for it for ever.
    """
    rules = [*placement(), queued("!variables.gpu"), kept(), ranked(priorities)]
    return AdmissionRules(variables=variables(pods), rules=rules)


def train_job_rules(priorities: Sequence[str]) -> AdmissionRules:
    """A TrainJob's pods are those of its runtime, which no rule sees: it waits in a queue whatever it requests."""
    return AdmissionRules(rules=[queued("false"), ranked(priorities)])


def queued(exempt: str) -> AdmissionRule:
    """A job waits in a queue unless `exempt` holds."""
    return AdmissionRule(
        expression=f"{exempt} || '{QUEUE_LABEL}' in object.metadata.?labels.orValue({{}})",
        message=f"'a job that requests {DEVICE} must wait in a queue: label it {QUEUE_LABEL}'",
    )


def ranked(priorities: Sequence[str]) -> AdmissionRule:
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
    """What the rules speak of: the pods or pod templates, and whether a container of any asks for a GPU."""
    return {"pods": pods, "gpu": f"variables.pods.exists(p, {asks_for_gpu('p')})"}


def asks_for_gpu(pod: str) -> str:
    """Whether a container of a pod asks for a GPU or a Neuron device."""
    named = " || ".join(f"r.startsWith('{prefix}')" for prefix in DEVICE_PREFIXES)
    asks = " || ".join(
        f"c.?resources.?{kind}.orValue({{}}).exists(r, {named})" for kind in ("limits", "requests")
    )
    return f"({pod}.spec.containers + {pod}.spec.?initContainers.orValue([])).exists(c, {asks})"


def placement() -> list[AdmissionRule]:
    """GPU pods go to their team's nodes; no pod tolerates, or is put on, the nodes of another."""
    scheduled = AdmissionRule(
        # The scheduler itself writes the node's name later, which is no creation.
        expression=(
            "request.operation != 'CREATE' || variables.pods.all(p, p.spec.?nodeName.orValue('') == '')"
        ),
        message="'a pod may not choose its node by name: remove nodeName and use nodeSelector'",
    )
    return [selected(), tolerated(), scheduled]


def selected() -> AdmissionRule:
    """A GPU pod names the nodes of its team."""
    return AdmissionRule(
        expression=(
            f"variables.pods.all(p, !{asks_for_gpu('p')} || "
            f"p.spec.?nodeSelector[?'{STACK_LABEL}'].orValue('') == request.namespace)"
        ),
        message=(
            f"'a pod that requests {DEVICE} runs on nodes of its own team: "
            f"set nodeSelector {STACK_LABEL}: ' + request.namespace"
        ),
    )


def tolerated() -> AdmissionRule:
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


def kept(where: str = "true") -> AdmissionRule:
    """A training pod says how long its node is kept for it; Karpenter drains the node of one that does not.

    `where` narrows the objects that the rule is about. Karpenter takes what it cannot parse for nothing said.
    """
    said = f"p.?metadata.?annotations[?'{DO_NOT_DISRUPT}'].orValue('')"
    return AdmissionRule(
        expression=(
            f"!({where}) || variables.pods.all(p, !{asks_for_gpu('p')} || "
            f"{said}.matches('^(true|([1-9][0-9]*[hms])+)$'))"
        ),
        message=(
            f'\'a training pod says how long its node is kept for it: annotate it {DO_NOT_DISRUPT}, with "true" '
            'for as long as it runs, or with a time such as "30m" after which it may be moved\''
        ),
    )


def label(key: str) -> str:
    """The value of a label of the object, empty when it has none."""
    return f"object.metadata.?labels[?'{key}'].orValue('')"
