"""The rules of the platform's admission policies, as CEL over the requested object."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.charts import KUBERAY_NAMESPACE
from components.platform.admission_makers import made_by, made_by_controller
from components.platform.admission_rule import AdmissionRule, AdmissionRules, quoted
from components.platform.team_images import TeamImages
from reference.accelerators import CPU_CLASS
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    ADMITTED_LABEL,
    DO_NOT_DISRUPT,
    GPU_RESOURCE,
    NEURON_RESOURCE,
    PRIORITY_LABEL,
    QUEUE_GATE,
    QUEUE_LABEL,
    STACK_LABEL,
)

DEVICE_PREFIXES = (GPU_RESOURCE.partition("/")[0] + "/", NEURON_RESOURCE)
"""Whole GPUs and slices of them, Neuron devices and their cores."""

DEVICE = f"{GPU_RESOURCE} or {NEURON_RESOURCE}"


LABELS = "object.metadata.?labels.orValue({})"
QUEUED = f"'{QUEUE_LABEL}' in variables.labels"
"""The expression that holds for a job in a queue."""

GATED = f"object.spec.?schedulingGates.orValue([]).exists(g, g.name == '{QUEUE_GATE}')"
"""The expression that holds for a pod that stays off every node until the queue has admitted it."""

STACK_TAINT = f"t.?key.orValue('') == '{STACK_LABEL}' && t.?value.orValue('') == request.namespace"
DEVICE_TAINT = f"t.?key.orValue('') in ['{GPU_RESOURCE}', '{NEURON_RESOURCE}']"
"""The expressions that hold for a toleration `t` of a taint that the nodes of a team's own pools have."""
ANY_TAINT = f"t.?key.orValue('') in ['{STACK_LABEL}', '{GPU_RESOURCE}', '{NEURON_RESOURCE}']"
"""The expression that holds for a toleration `t` of a taint of any nodes with accelerators."""

FROM_QUEUE = (
    f"'{ADMITTED_LABEL}' in object.metadata.?labels.orValue({{}}) && "
    f"({made_by_controller('job-controller')} || {made_by(KUBERAY_NAMESPACE)})"
)
"""The expression that holds for a pod that a controller makes of the template of a job that Kueue has admitted."""


@dataclass(frozen=True, kw_only=True)
class JobChoices:
    """The priority classes, the accelerator classes and the images of a platform, which its jobs may name."""

    priorities: Sequence[str]
    accelerators: Sequence[str]
    images: TeamImages


def pod_rules() -> AdmissionRules:
    """A pod stays on the nodes of its team, and one that Kueue admitted says how long its node is kept for it."""
    admitted = f"request.operation == 'CREATE' && '{ADMITTED_LABEL}' in object.metadata.?labels.orValue({{}})"
    return AdmissionRules(
        variables=variables("[object]"), rules=[*placement(), disruption_annotated(admitted)]
    )


def queue_named(exempt: str) -> AdmissionRule:
    """A job waits in a queue unless `exempt` holds."""
    return AdmissionRule(
        expression=f"{exempt} || {QUEUED}",
        message=f"'a job that requests {DEVICE} must wait in a queue: label it {QUEUE_LABEL}'",
    )


def device_queued(requested: str) -> AdmissionRule:
    """A job in a queue is for nodes of a class: with accelerators, of which it requests one, or of its team's CPU pool.

    Without a device it would be admitted to some class, and its pods sent to that class's nodes.
    """
    return AdmissionRule(
        expression=f"!({QUEUED}) || ({requested})",
        message=(
            f"'the queues are for jobs that request {DEVICE}, in pods that select their class, or whose pods all "
            f"select {ACCELERATOR_LABEL}: {CPU_CLASS}, for a CPU pool of their team; leave the label {QUEUE_LABEL} "
            "off any other, and it runs at once on general nodes'"
        ),
    )


def of_one_kind() -> str:
    """The expression that holds when a job requests devices where there are some, or is for CPU nodes alone."""
    misplaced = f"variables.pods.exists(p, {selects_cpus('p.spec')} && {requests_device('p')})"
    return f"variables.gpu ? !{misplaced} : variables.pods.all(p, {selects_cpus('p.spec')})"


def accelerator_selected(selected: str, where: str, choices: JobChoices) -> AdmissionRule:
    """A job in a queue selects its accelerator class, by which alone Kueue tells the flavors of teams' own nodes apart.

    Without it Kueue takes the first flavor that has room, and the pods of a job that selects a pool of another
    class would wait for ever, with that flavor's quota. `selected` must hold, and `where` says of what.
    """
    return AdmissionRule(
        expression=f"!({QUEUED}) || {selected}",
        message=(
            f"'{where} of a queued job selects the class of its nodes: set nodeSelector {ACCELERATOR_LABEL} to "
            f"one of {', '.join(choices.accelerators)}'"
        ),
    )


def selects_class(spec: str, choices: JobChoices) -> str:
    """The expression that holds when a pod spec, an optional value, selects a class of the platform."""
    return f"{class_of(spec)} in {quoted(choices.accelerators)}"


def selects_cpus(spec: str) -> str:
    """The expression that holds when a pod spec, an optional value, selects nodes of a CPU pool."""
    return f"{class_of(spec)} == '{CPU_CLASS}'"


def selects_devices(spec: str) -> str:
    """The expression that holds when a pod spec, an optional value, selects nodes with accelerators by their class."""
    return f"!({class_of(spec)} in ['', '{CPU_CLASS}'])"


def class_of(spec: str) -> str:
    """The class that a pod spec, an optional value, selects; empty where it selects none."""
    return f"{spec}.?nodeSelector[?'{ACCELERATOR_LABEL}'].orValue('')"


def takes_pool(pod: str) -> str:
    """The expression that holds when a pod is for a pool: it requests a device, or selects CPU nodes."""
    return f"({requests_device(pod)} || {selects_cpus(f'{pod}.?spec')})"


def taints_tolerated() -> AdmissionRule:
    """A pod of a queued job tolerates the taints of the nodes that it selects: the team's, and the device's if any."""
    device = f"({selects_cpus('p.spec')} || {tolerates('p', DEVICE_TAINT)})"
    return AdmissionRule(
        expression=f"!({QUEUED}) || variables.pods.all(p, {tolerates('p', STACK_TAINT)} && {device})",
        message=(
            f"'every pod template of a queued job tolerates both taints of its nodes: add tolerations of {DEVICE} "
            f"and of {STACK_LABEL} with value ' + request.namespace"
        ),
    )


def tolerates(pod: str, taint: str) -> str:
    """The expression that holds when a pod has a toleration `t` of which `taint` holds."""
    return f"{pod}.spec.?tolerations.orValue([]).exists(t, {taint})"


def priority_known(priorities: Sequence[str]) -> AdmissionRule:
    """A job names a priority class of the platform, or none."""
    named = f"variables.labels[?'{PRIORITY_LABEL}'].orValue('')"
    return AdmissionRule(
        expression=f"{named} in {quoted(['', *priorities])}",
        message=f"'label {PRIORITY_LABEL} must be one of {', '.join(priorities)}, not ' + {named}",
    )


def name_rules(environment: str) -> AdmissionRules:
    """A namespace with the name of a stack is a stack's, and bears the label that every other policy goes by.

    Roles of AWS are for service accounts by name: those of a team whose namespace is gone would be anybody's who makes
    it anew, in a namespace that no policy judges.
    """
    named = f"object.metadata.name.endsWith('-{environment}')"
    return AdmissionRules(
        rules=[
            AdmissionRule(
                expression=f"!{named} || {label(STACK_LABEL)} == object.metadata.name",
                message=(
                    f"'names that end in -{environment} are of stacks: label the namespace {STACK_LABEL}: ' + "
                    "object.metadata.name"
                ),
            )
        ]
    )


def tenancy_rules(data_classes: Sequence[str], dedicated_to: str | None) -> AdmissionRules:
    """A team namespace bears its stack's name, and holds only what this platform was made for."""
    named = AdmissionRule(
        expression=f"{label(STACK_LABEL)} == object.metadata.name",
        message=f"'a namespace of a stack bears its name: label {STACK_LABEL} must be ' + object.metadata.name",
    )
    classes = sorted(data_classes)
    holds = AdmissionRule(
        expression=f"{label('data-class')} in {quoted(classes)}",
        message=f"'this platform is for {', '.join(classes)} data, not for ' + {label('data-class')}",
    )
    serves = AdmissionRule(
        expression=f"{label('team')} == '{dedicated_to}'",
        message=f"'this platform serves the team {dedicated_to} alone, not ' + {label('team')}",
    )
    return AdmissionRules(rules=[named, holds, serves] if dedicated_to else [named, holds])


def variables(pods: str, labels: str = LABELS) -> dict[str, str]:
    """The variables of the rules: labels, pods or pod templates, and whether a container of any requests a device."""
    return {"labels": labels, "pods": pods, "gpu": f"variables.pods.exists(p, {requests_device('p')})"}


def requests_device(pod: str) -> str:
    """The expression that holds when a container of a pod requests a GPU or a Neuron device."""
    containers = f"({pod}.spec.containers + {pod}.spec.?initContainers.orValue([]))"
    return f"{containers}.exists(c, {wants_device('c.?resources')})"


def wants_device(resources: str) -> str:
    """The expression that holds when resources, an optional value, are of a GPU or a Neuron device."""
    is_device = " || ".join(f"r.startsWith('{prefix}')" for prefix in DEVICE_PREFIXES)
    kinds = [f"{resources}.?{kind}.orValue({{}}).exists(r, {is_device})" for kind in ("limits", "requests")]
    return " || ".join(kinds)


def placement() -> list[AdmissionRule]:
    """Pods of pools go to their team's nodes; no pod tolerates, or is put on, the nodes of another."""
    scheduled = AdmissionRule(
        # The scheduler itself writes the node's name later, which is no creation.
        expression=(
            "request.operation != 'CREATE' || variables.pods.all(p, p.spec.?nodeName.orValue('') == '')"
        ),
        message="'a pod may not choose its node by name: remove nodeName and use nodeSelector'",
    )
    return [own_nodes_selected(), own_nodes_tolerated(), scheduled]


def own_nodes_selected() -> AdmissionRule:
    """A pod of a pool names the nodes of its team."""
    return AdmissionRule(
        expression=(
            f"variables.pods.all(p, !{takes_pool('p')} || "
            f"p.spec.?nodeSelector[?'{STACK_LABEL}'].orValue('') == request.namespace)"
        ),
        message=(
            f"'a pod that requests {DEVICE}, or selects {ACCELERATOR_LABEL}, runs on nodes of its own team: "
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
            f"!({where}) || variables.pods.all(p, !{takes_pool('p')} || "
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
