"""The rules of jobs, of the pods that are made of them, and of the fields that operators make other objects of."""

from collections.abc import Sequence

from components.platform.admission_labels import (
    APP_LABEL,
    SERVER_APP,
    jobs_within,
    paid_by_owner,
    unbelieved,
    unselected,
)
from components.platform.admission_makers import HUB, MEMBER, made_by_controller
from components.platform.admission_pods import (
    JUDGES,
    LONGEST_DEADLINE_SECONDS,
    PROMOTES,
    account_named,
    forbidden,
    forbidden_changes,
    limits_named,
    no_template_finalizers,
    off_system_nodes,
)
from components.platform.admission_promotions import no_devices_to_promote
from components.platform.admission_restricted import restricted
from components.platform.admission_rule import AdmissionRule, AdmissionRules, quoted
from components.platform.admission_rules import (
    ANY_TAINT,
    DEVICE,
    FROM_QUEUE,
    GATED,
    LABELS,
    QUEUED,
    JobChoices,
    accelerator_selected,
    device_queued,
    disruption_annotated,
    of_one_kind,
    own_nodes_tolerated,
    placement,
    priority_known,
    queue_named,
    selects_class,
    selects_cpus,
    selects_devices,
    taints_tolerated,
    tolerates,
    variables,
    wants_device,
)
from components.platform.team_images import TeamImages
from reference.inference_log import INFERENCE_LOG_LABEL
from reference.vocabulary import (
    INFERENCE_SERVICE_LABEL,
    LOGGER_ACCOUNT,
    QUEUE_LABEL,
    SERVER_ACCOUNT,
    STACK_LABEL,
    TRAINER_ACCOUNT,
)

PATCHED = "object.spec.?runtimePatches.orValue([])"
PATCHED_JOBS = "r.?trainingRuntimeSpec.?template.?spec.?replicatedJobs.orValue([])"
PATCHES = (
    f"{PATCHED}.map(r, {PATCHED_JOBS}.map(j, j.?template.?spec.?template.orValue({{}}))).flatten() + "
    "[{'spec': {'containers': [object.spec.?trainer.orValue({})]}}]"
)
"""The changes of a TrainJob to its runtime's pods: its patches, and the container of the training itself."""
PATCHED_METADATA = (
    f"({PATCHED}.map(r, r.?trainingRuntimeSpec.?template.?metadata.orValue({{}})) + "
    f"{PATCHED}.map(r, {PATCHED_JOBS}.map(j, j.?template.?metadata.orValue({{}}))).flatten())"
)
"""The changes of a TrainJob to the metadata of its JobSet, and of that one's Jobs."""


def new_pod_rules(images: TeamImages) -> AdmissionRules:
    """A new pod asks for nothing that its job was refused, and bears what only its controllers can have given it."""
    served = f"'{INFERENCE_SERVICE_LABEL}' in variables.labels"
    account = f"(variables.served ? '{SERVER_ACCOUNT}' : '{TRAINER_ACCOUNT}')"
    of_job = f"{made_by_controller('job-controller')} && ({PROMOTES} || {JUDGES})"
    # No member makes a Deployment: that of the exporter of model health, and of an inference log, is the stack's.
    named = f"p.?spec.?serviceAccountName.orValue('') in ['{SERVER_ACCOUNT}', '{LOGGER_ACCOUNT}']"
    of_deployment = f"{made_by_controller('replicaset-controller')} && {named}"
    others = f"({of_job}) || ({of_deployment})"
    return AdmissionRules(
        variables={**variables("[object]"), "served": served},
        rules=[
            *forbidden(images, "variables.served"),
            off_system_nodes(),
            account_named(account, also=others),
            no_devices_to_promote(),
            paid_by_owner(),
            servers_made_by_kserve(),
            devices_through_queue(),
        ],
    )


def servers_made_by_kserve() -> AdmissionRule:
    """A pod with the labels of an endpoint's, or of its log's, is of a Deployment, which no member makes."""
    kserve = INFERENCE_SERVICE_LABEL.partition("/")[0]
    app = f"k == '{APP_LABEL}' && variables.labels[k].startsWith('{SERVER_APP}')"
    return AdmissionRule(
        expression=(
            f"!variables.labels.exists(k, k.startsWith('{kserve}/') || k == '{INFERENCE_LOG_LABEL}' || ({app})) || "
            f"{made_by_controller('replicaset-controller')}"
        ),
        message="'the labels of an endpoint, or of its log, are on its servers alone: a pod of a job leaves them out'",
    )


def devices_through_queue() -> AdmissionRule:
    """A pod on nodes with accelerators has been through the queue, or serves.

    Kueue labels the template of a job that it admits, and no member may. The controllers that make pods of templates
    are known by who they are, not by the owner that a pod names.
    """
    wants = f"variables.gpu || variables.pods.exists(p, {tolerates('p', ANY_TAINT)})"
    serves = f"variables.served && {made_by_controller('replicaset-controller')}"
    # Kueue's webhook, which comes before the policies, has put its gate on a pod that waits for the queue by itself.
    waits = f"({HUB}) && ({QUEUED}) && {GATED}"
    return AdmissionRule(
        expression=f"!({wants}) || ({FROM_QUEUE}) || ({serves}) || ({waits})",
        message=(
            f"'a pod that requests {DEVICE}, or tolerates the taint of nodes that have them, is one of a job that its "
            f"queue has admitted: label the job {QUEUE_LABEL}'"
        ),
    )


def job_rules(
    choices: JobChoices,
    pods: str = "[object.spec.template]",
    labels: str = LABELS,
    more: Sequence[AdmissionRule] = (),
    *,
    account: AdmissionRule | None = None,
) -> AdmissionRules:
    """A job is refused at once for what its pods would be refused for, and a GPU job must wait in a queue.

    `pods` is the list of the job's pod templates, and `labels` are the job's. A job that names a priority or an
    accelerator class which does not exist would wait for it for ever. `account` is the rule of its service account.
    """
    rules = [
        *placement(),
        queue_named("!variables.gpu"),
        device_queued(of_one_kind()),
        accelerator_selected(
            f"variables.pods.all(p, {selects_class('p.spec', choices)})", "every pod template", choices
        ),
        taints_tolerated(),
        taints_left_out(),
        disruption_annotated(),
        priority_known(choices.priorities),
        off_system_nodes(),
        account or account_named(),
        *restricted(),
        limits_named(),
        *forbidden(choices.images),
        *of_templates(),
        *more,
    ]
    return AdmissionRules(variables=variables(pods, labels), rules=rules)


def of_templates() -> list[AdmissionRule]:
    """Rules of the metadata of a pod template, or of a change of one."""
    return [no_template_finalizers(), unselected(), paid_by_owner(), unbelieved()]


def train_job_rules(choices: JobChoices) -> AdmissionRules:
    """A TrainJob's pods are those of its runtime, which no rule sees: it waits in a queue whatever it requests.

    Its devices and its nodes are its own to name, as the runtimes are for all classes. What it changes of its runtime
    is judged as far as it says it.
    """
    pod = "j.?template.?spec.?template.?spec"
    # Of two patches of the same pods the later counts: those of other classes are looked for too.
    selected, cpus, others = (
        f"{PATCHED}.exists(r, {PATCHED_JOBS}.exists(j, {condition}))"
        for condition in (selects_class(pod, choices), selects_cpus(pod), selects_devices(pod))
    )
    wants = wants_device("object.spec.?trainer.?resourcesPerNode")
    return AdmissionRules(
        variables={"labels": LABELS, "pods": PATCHES},
        rules=[
            queue_named("false"),
            device_queued(f"({wants}) ? !{cpus} : ({cpus} && !{others})"),
            accelerator_selected(selected, "the pod template in spec.runtimePatches", choices),
            priority_known(choices.priorities),
            started_by_queue(),
            own_nodes_tolerated(),
            account_named(optional=True),
            *restricted(partly=True),
            *forbidden_changes(choices.images),
            *of_templates(),
            memory_limited(),
            *jobs_within(PATCHED_METADATA),
            runtime_of_platform(),
            deadlines_bounded("activeDeadlineSeconds"),
        ],
    )


def memory_limited() -> AdmissionRule:
    """A TrainJob that requests memory says its limit."""
    resources = "object.spec.?trainer.?resourcesPerNode"
    wants, limits = (f"{resources}.?{each}[?'memory'].hasValue()" for each in ("requests", "limits"))
    return AdmissionRule(expression=f"!{wants} || {limits}", message=limits_named().message)


def runtime_of_platform() -> AdmissionRule:
    """A TrainJob follows a runtime of the platform's, none of which has an initializer."""
    kind = "object.spec.runtimeRef.?kind.orValue('ClusterTrainingRuntime')"
    return AdmissionRule(
        expression=f"{kind} == 'ClusterTrainingRuntime' && !has(object.spec.initializer)",
        message=(
            "'a TrainJob follows a ClusterTrainingRuntime of the platform, which has no initializer: leave "
            "spec.initializer out'"
        ),
    )


def taints_left_out() -> AdmissionRule:
    """A job of no queue stays off nodes with accelerators, which it would hold, and whose devices it sees."""
    return AdmissionRule(
        expression=f"({QUEUED}) || !variables.pods.exists(p, {tolerates('p', ANY_TAINT)})",
        message=(
            f"'a job without accelerators runs on nodes without them: leave out the tolerations of {DEVICE} and of "
            f"{STACK_LABEL}'"
        ),
    )


def started_by_queue() -> AdmissionRule:
    """A member does not start a job that waits in a queue."""
    return AdmissionRule(
        expression=(
            f"!{MEMBER} || !({QUEUED}) || request.operation != 'UPDATE' || object.spec.?suspend.orValue(false) || "
            "!oldObject.spec.?suspend.orValue(false)"
        ),
        message="'the queue starts a job that waits in it: leave spec.suspend as it is'",
    )


def deadlines_bounded(*fields: str) -> AdmissionRule:
    """A job ends, and is cleared away, within a month at most. `fields` of its spec say after how many seconds."""
    seconds = ", ".join(f"object.spec.?{each}.orValue(0)" for each in fields)
    return AdmissionRule(
        expression=f"[{seconds}].all(s, s <= {LONGEST_DEADLINE_SECONDS})",
        message=f"'{' and '.join(fields)}: at most {LONGEST_DEADLINE_SECONDS} seconds, 30 days'",
    )


def selects_own_pods() -> AdmissionRule:
    """A Job's selector is the one that Kubernetes gives it: by one of its own it would adopt pods."""
    return AdmissionRule(
        expression="!object.spec.?manualSelector.orValue(false)",
        message="'a Job selects its own pods: leave manualSelector and selector out'",
    )


def only_fields(path: str, names: Sequence[str], why: str) -> AdmissionRule:
    """An object, an optional value at `path`, has no fields but these."""
    return AdmissionRule(
        expression=f"{path}.orValue({{}}).all(k, k in {quoted(names)})",
        message=f"'{why}: use {', '.join(names)}'",
    )
