"""The labels and annotations by which pods are selected, counted and paid for, and who may set each."""

from collections.abc import Mapping

from components.platform.admission_makers import MEMBER
from components.platform.admission_pods import each_pod
from components.platform.admission_rule import AdmissionRule, quoted
from reference.inference_log import INFERENCE_LOG_LABEL
from reference.tags import TAG_KEYS
from reference.vocabulary import (
    HEALTH_LABEL,
    INFERENCE_SERVICE_LABEL,
    MAX_EXECUTION_LABEL,
    NOTEBOOK_LABEL,
    OWNED_LABEL,
    PRIORITY_LABEL,
    QUEUE_LABEL,
    STACK_LABEL,
    TRIGGER_LABEL,
)

RESERVED: Mapping[str, str] = {
    INFERENCE_SERVICE_LABEL.partition("/")[0] + "/": "KServe",
    "jobset.sigs.k8s.io/": "JobSet",
    "kueue.x-k8s.io/": "Kueue",
    HEALTH_LABEL: "the stack file",
    INFERENCE_LOG_LABEL: "the stack file",
    NOTEBOOK_LABEL: "the hub of notebooks",
    OWNED_LABEL: "the stack file",
    "ray.io/": "KubeRay",
    "scaledjob.keda.sh/": "KEDA",
    "trainer.kubeflow.org/": "Trainer",
    TRIGGER_LABEL: "triggers of the stack file",
}
"""The starts of labels that a Service, a budget, a monitor or a controller selects by, and who alone sets them."""
APP_LABEL, SERVER_APP = "app", "isvc."
"""The label by which KServe's Services select, and the start of its values."""
OF_JOB = (QUEUE_LABEL, PRIORITY_LABEL, MAX_EXECUTION_LABEL)
"""Labels of Kueue's that a job's author sets."""
OF_OWNER = (*TAG_KEYS, STACK_LABEL)
"""Labels that say who pays and whose data it is: those of the namespace."""

BELIEVED = ("alpha.jobset.sigs.k8s.io/", "kueue.x-k8s.io/", "ray.io/")
"""The starts of annotations that JobSet, Kueue and KubeRay believe.

By JobSet's the pods of every namespace are kept off a node, and KubeRay's open what its fields are closed for.
"""
TOPOLOGY = "kueue.x-k8s.io/podset-"
OF_JOB_TOO = (
    *("kueue.x-k8s.io/job-completions-equal-parallelism", "kueue.x-k8s.io/job-min-parallelism"),
    "ray.io/overwrite-container-cmd",
)
"""Those that a job's author sets, beside Kueue's of its topology."""


def reserved(key: str, value: str) -> str:
    """The expression that holds for a label that a controller selects by."""
    starts = " || ".join(f"{key}.startsWith('{start}')" for start in sorted(RESERVED))
    return f"({starts} || ({key} == '{APP_LABEL}' && {value}.startsWith('{SERVER_APP}')))"


def believed(key: str) -> str:
    """The expression that holds for an annotation that a controller believes, and no author sets."""
    starts = " || ".join(f"{key}.startsWith('{start}')" for start in BELIEVED)
    return f"(({starts}) && !({key} in {quoted(OF_JOB_TOO)} || {key}.startsWith('{TOPOLOGY}')))"


def setters() -> str:
    """The reserved labels and who sets them, in words."""
    found = [f"{start} ({owner})" for start, owner in sorted(RESERVED.items())]
    return ", ".join([*found, f"{APP_LABEL}: {SERVER_APP}… (KServe)"])


UNCHANGED = "(request.operation == 'UPDATE' && object.spec == oldObject.spec)"
"""The expression that holds when a job's spec stays as it is, with what Kueue put into one that it admitted."""
BY_WHOM = f"set by JobSet, KubeRay and Kueue: leave {', '.join(BELIEVED)} out, but for {TOPOLOGY}…"


def unselected() -> AdmissionRule:
    """A member's template has no label that another's selector looks for.

    A job that Kueue has admitted has its labels in its template: a member changes nothing else of that job's spec.
    """
    labels = "p.?metadata.?labels.orValue({})"
    return AdmissionRule(
        expression=f"!{MEMBER} || {UNCHANGED} || "
        + each_pod(f"{labels}.all(k, !{reserved('k', f'{labels}[k]')})"),
        message=(
            "'these labels of pods are set by what selects by them: leave them out of pod templates, and submit a "
            f"job anew that the queue has admitted. {setters()}'"
        ),
    )


def paid_by_owner() -> AdmissionRule:
    """A pod's labels of ownership are those of its namespace, by which its cost is divided."""
    labels = "p.?metadata.?labels"
    same = f"{labels}[?k].orValue('') == namespaceObject.metadata.?labels[?k].orValue('')"
    return AdmissionRule(
        expression=each_pod(f"{quoted(OF_OWNER)}.all(k, !{labels}[?k].hasValue() || {same})"),
        message=f"'labels {', '.join(OF_OWNER)} are those of the namespace: leave them out, or copy them'",
    )


def unbelieved() -> AdmissionRule:
    """A member's template has no annotation that a controller believes, such as JobSet's for a node of its own."""
    annotations = "p.?metadata.?annotations.orValue({})"
    return AdmissionRule(
        expression=f"!{MEMBER} || {UNCHANGED} || " + each_pod(f"{annotations}.all(k, !{believed('k')})"),
        message=f"'these annotations of pods are {BY_WHOM}'",
    )


def jobs_within(metadata: str) -> list[AdmissionRule]:
    """Jobs that a controller makes of a member's job are no more than what a member may write.

    `metadata` is the list of what the controller copies onto them.
    """
    labels = f"m.?labels.orValue({{}}).all(k, k in {quoted(OF_JOB)} || !{reserved('k', 'm.labels[k]')})"
    annotations = f"m.?annotations.orValue({{}}).all(k, !{believed('k')})"
    exempt = f"!{MEMBER} || {UNCHANGED} || {metadata}"
    return [
        AdmissionRule(
            expression=f"{exempt}.all(m, {labels})",
            message=f"'these labels of the jobs within are set by what selects by them: {setters()}'",
        ),
        AdmissionRule(
            expression=f"{exempt}.all(m, {annotations})",
            message=f"'these annotations of the jobs within are {BY_WHOM}'",
        ),
    ]


def object_labels() -> AdmissionRule:
    """A member's object has no reserved label but those of Kueue's that authors set. Others stay as they were."""
    labels, before = "object.metadata.?labels.orValue({})", "oldObject.metadata.?labels[?k]"
    kept = f"(request.operation == 'UPDATE' && {before}.orValue('') == {labels}[k] && {before}.hasValue())"
    own = f"k in {quoted(OF_JOB)}"
    return AdmissionRule(
        expression=(
            f"request.operation == 'DELETE' || {labels}.all(k, {own} || {kept} || "
            f"!{reserved('k', f'{labels}[k]')})"
        ),
        message=f"'these labels are set by what selects by them: {setters()}'",
    )


def object_annotations() -> AdmissionRule:
    """A member's object has no annotation that a controller believes. Others stay as they were."""
    annotations, before = "object.metadata.?annotations.orValue({})", "oldObject.metadata.?annotations[?k]"
    kept = (
        f"(request.operation == 'UPDATE' && {before}.hasValue() && {before}.orValue('') == {annotations}[k])"
    )
    return AdmissionRule(
        expression=f"request.operation == 'DELETE' || {annotations}.all(k, {kept} || !{believed('k')})",
        message=f"'these annotations are {BY_WHOM}'",
    )
