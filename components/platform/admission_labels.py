"""The labels and annotations by which pods are selected, counted and paid for, and who may set each."""

from collections.abc import Mapping

from components.platform.admission_makers import MEMBER
from components.platform.admission_pods import each_pod
from components.platform.admission_rule import AdmissionRule, quoted
from reference.tags import TAG_KEYS
from reference.vocabulary import (
    INFERENCE_SERVICE_LABEL,
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
    OWNED_LABEL: "the stack file",
    "ray.io/": "KubeRay",
    "scaledjob.keda.sh/": "KEDA",
    "trainer.kubeflow.org/": "Trainer",
    TRIGGER_LABEL: "triggers of the stack file",
}
"""The starts of labels that a Service, a budget, a monitor or a controller selects by, and who alone sets them."""
APP_LABEL, SERVER_APP = "app", "isvc."
"""The label by which KServe's Services select, and the start of its values."""
OF_JOB = (QUEUE_LABEL, PRIORITY_LABEL, "kueue.x-k8s.io/max-exec-time-seconds")
"""Labels of Kueue's that a job's author sets."""
OF_OWNER = (*TAG_KEYS, STACK_LABEL)
"""Labels that say who pays and whose data it is: those of the namespace."""

QUEUE_ANNOTATIONS = "kueue.x-k8s.io/"
TOPOLOGY = "kueue.x-k8s.io/podset-"
OF_JOB_TOO = ("kueue.x-k8s.io/job-completions-equal-parallelism", "kueue.x-k8s.io/job-min-parallelism")
"""Annotations of Kueue's that a job's author sets, beside those of its topology."""
EXCLUSIVE = "alpha.jobset.sigs.k8s.io/"
"""The start of annotations by which JobSet keeps the pods of every namespace off a node."""


def reserved(key: str, value: str) -> str:
    """The expression that holds for a label that a controller selects by."""
    starts = " || ".join(f"{key}.startsWith('{start}')" for start in sorted(RESERVED))
    return f"({starts} || ({key} == '{APP_LABEL}' && {value}.startsWith('{SERVER_APP}')))"


def setters() -> str:
    """The reserved labels and who sets them, in words."""
    found = [f"{start} ({owner})" for start, owner in sorted(RESERVED.items())]
    return ", ".join([*found, f"{APP_LABEL}: {SERVER_APP}… (KServe)"])


def unselected() -> AdmissionRule:
    """A member's template has no label that another's selector looks for.

    A job that Kueue has admitted has its labels in its template: a member changes nothing else of that job's spec.
    """
    labels = "p.?metadata.?labels.orValue({})"
    unchanged = "(request.operation == 'UPDATE' && object.spec == oldObject.spec)"
    return AdmissionRule(
        expression=f"!{MEMBER} || {unchanged} || "
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


def not_exclusive() -> AdmissionRule:
    """No template asks JobSet for a node of its own."""
    annotations = "p.?metadata.?annotations.orValue({})"
    return AdmissionRule(
        expression=each_pod(f"{annotations}.all(k, !k.startsWith('{EXCLUSIVE}'))"),
        message=f"'annotations {EXCLUSIVE} keep other teams off a node: leave them out'",
    )


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
    """A member's object has no annotation that Kueue or JobSet believes from itself, or by which others lose a node."""
    known = f"k in {quoted(OF_JOB_TOO)} || k.startsWith('{TOPOLOGY}')"
    wrong = f"k.startsWith('{EXCLUSIVE}') || (k.startsWith('{QUEUE_ANNOTATIONS}') && !({known}))"
    return AdmissionRule(
        expression=(
            f"request.operation == 'DELETE' || object.metadata.?annotations.orValue({{}}).all(k, !({wrong}))"
        ),
        message=(
            f"'annotations {EXCLUSIVE} and {QUEUE_ANNOTATIONS} are set by JobSet and Kueue: leave them out, but for "
            f"{TOPOLOGY}…'"
        ),
    )
