"""Rules of all objects of a team's namespace: those of members, of operators with rights of their own, of anybody."""

from collections.abc import Mapping, Sequence

from components.charts import (
    KEDA_NAMESPACE,
    KSERVE_NAMESPACE,
    KUBE_SYSTEM,
    KUBEFLOW_NAMESPACE,
    KUBERAY_NAMESPACE,
    KUEUE_NAMESPACE,
)
from components.platform.admission_labels import SERVER_APP, object_annotations, object_labels
from components.platform.admission_makers import DEVELOPS, HUB, MEMBER, PROMOTER, SERVICE_ACCOUNT, made_by
from components.platform.admission_pods import NEW_DISK, fresh, unannotated
from components.platform.admission_promotions import promotions_kept
from components.platform.admission_rule import AdmissionRule, AdmissionRules, quoted
from reference.inference_log import COLLECTOR, INFERENCE_LOG_LABEL
from reference.vocabulary import INFERENCE_SERVICE_LABEL, NOTEBOOK, OWNED_LABEL, RESTART_VERB, TRIGGER_LABEL

JOBS = ("batch/jobs",)
OPERATORS: Mapping[str, Sequence[str]] = {
    KEDA_NAMESPACE: (
        *JOBS,
        "autoscaling/horizontalpodautoscalers",
        "keda.sh/scaledjobs",
        "keda.sh/scaledobjects",
        "keda.sh/triggerauthentications",
    ),
    KSERVE_NAMESPACE: (
        "/configmaps",
        "/services",
        "apps/deployments",
        "autoscaling/horizontalpodautoscalers",
        "serving.kserve.io/inferenceservices",
    ),
    KUBEFLOW_NAMESPACE: (
        *JOBS,
        "/configmaps",
        "/pods",
        "/services",
        "jobset.x-k8s.io/jobsets",
        "trainer.kubeflow.org/trainjobs",
    ),
    KUBERAY_NAMESPACE: (*JOBS, "/pods", "/services", "ray.io/rayclusters", "ray.io/rayjobs"),
    KUEUE_NAMESPACE: (
        *JOBS,
        "/pods",
        "/podtemplates",
        "jobset.x-k8s.io/jobsets",
        "kueue.x-k8s.io/localqueues",
        "kueue.x-k8s.io/workloads",
        "ray.io/rayclusters",
        "ray.io/rayjobs",
        "trainer.kubeflow.org/trainjobs",
    ),
}
"""Kinds that each operator makes or changes in teams' namespaces, of those that its chart lets it."""

OWN_PODS: Mapping[str, str] = {
    KUBERAY_NAMESPACE: "'ray.io/cluster' in variables.selector",
    KUBEFLOW_NAMESPACE: "'jobset.sigs.k8s.io/jobset-name' in variables.selector",
    KSERVE_NAMESPACE: f"variables.selector[?'app'].orValue('').startsWith('{SERVER_APP}')",
}
"""Conditions of the selector of a Service that an operator makes for pods of its own."""

ENTRANCES: Sequence[tuple[str, str]] = (
    ("networking.k8s.io", "ingresses"),
    ("gateway.networking.k8s.io", "*"),
    ("elbv2.k8s.aws", "*"),
    ("gateway.k8s.aws", "*"),
)
"""The kinds by which load balancers and gateways find their way into a namespace, each with its group."""

OPERATED = ("active", "parallelism", "suspend")
"""Fields of a spec by which a workload is stopped, started and scaled, whatever its kind."""
RESTART = (
    "request.operation == 'DELETE' && request.resource.resource == 'pods' && "
    f"authorizer.requestResource.check('{RESTART_VERB}').allowed()"
)
"""The expression that holds when somebody deletes a pod whom RBAC lets restart pods. The verb is one of ours."""

RETRAINING = "retrain-"
PREDICTOR = "-predictor"


def operator_conditions() -> dict[str, str]:
    """Conditions under which a request is an operator's: a service account makes it, and none of Kubernetes' own."""
    name = "request.userInfo.username"
    system = f"{SERVICE_ACCOUNT}{KUBE_SYSTEM}:"
    return {"operator": f"{name}.startsWith('{SERVICE_ACCOUNT}') && !{name}.startsWith('{system}')"}


def operator_rules() -> AdmissionRules:
    """An operator makes in a team's namespace what its row says, and one without a row nothing.

    Members write the objects from which operators make others, with rights that members do not have. A team's
    hub makes the pods that `paved-notebooks-<stack>` lets it.
    """
    rows = ", ".join(f"'{name}': {list(kinds)}" for name, kinds in sorted(OPERATORS.items()))
    kind = "request.resource.group + '/' + request.resource.resource"
    row = f"{{{rows}}}[?request.userInfo.username.split(':')[2]].orValue([])"
    return AdmissionRules(
        rules=[
            AdmissionRule(
                expression=(
                    f"request.resource.resource == 'events' || ({kind}) in {row} || ({HUB} && ({kind}) == '/pods')"
                ),
                message=(
                    "request.userInfo.username + ' makes no ' + request.resource.resource + "
                    "' in the namespace of a team: the object that it follows asks for too much'"
                ),
            )
        ]
    )


def service_rules() -> AdmissionRules:
    """A Service is inside the cluster, and one that an operator makes is for pods of its own."""
    selected = [f"(!{made_by(name)} || {holds})" for name, holds in OWN_PODS.items()]
    return AdmissionRules(
        variables={"selector": "object.spec.?selector.orValue({})"},
        rules=[
            AdmissionRule(
                expression=(
                    "object.spec.?type.orValue('ClusterIP') == 'ClusterIP' && "
                    "object.spec.?externalIPs.orValue([]).size() == 0"
                ),
                message="'a Service of a team is of type ClusterIP and has no externalIPs: nothing outside reaches it'",
            ),
            AdmissionRule(
                expression=" && ".join(selected),
                message="'an operator makes Services for pods of its own: its selector names others'",
            ),
        ],
    )


def entrance_rules() -> AdmissionRules:
    """Nothing leads from outside into a team's namespace, whoever makes it."""
    return AdmissionRules(
        rules=[
            AdmissionRule(
                expression="false",
                message=(
                    "'no ' + request.resource.resource + ' in the namespace of a team: endpoints are reached inside "
                    "the cluster, by the callers of its stack file'"
                ),
            )
        ]
    )


def member_conditions() -> dict[str, str]:
    """The condition under which a request is a member's."""
    return {"member": MEMBER}


def member_rules() -> AdmissionRules:
    """A member's object claims nothing of others, and a member neither changes nor deletes what is the platform's."""
    return AdmissionRules(
        rules=[
            owners_unclaimed(),
            finalizers_known(),
            object_labels(),
            object_annotations(),
            names_free(),
            claims_own(),
            pods_taken_along(),
            platform_kept(),
            promotions_kept(),
            operated(),
        ]
    )


def owners_unclaimed() -> AdmissionRule:
    """Owner references are written by controllers, which others believe."""
    owners = "metadata.?ownerReferences.orValue([])"
    return AdmissionRule(
        expression=(
            f"request.operation == 'DELETE' || object.{owners} == "
            f"(request.operation == 'UPDATE' ? oldObject.{owners} : [])"
        ),
        message="'leave ownerReferences as they are: controllers write them'",
    )


def finalizers_known() -> AdmissionRule:
    """A member adds no finalizer, which would keep an object, and the namespace with it, for ever."""
    before = "(request.operation == 'UPDATE' ? oldObject.metadata.?finalizers.orValue([]) : [])"
    return AdmissionRule(
        expression=(
            "request.operation == 'DELETE' || object.metadata.?finalizers.orValue([])"
            f".all(f, f in {before} || f in ['foregroundDeletion', 'kubernetes.io/pvc-protection'])"
        ),
        message="'add no finalizers: controllers write them, and take them off'",
    )


def names_free() -> AdmissionRule:
    """Names by which retraining is watched, and servers, homes and collectors are found, are not a member's to take.

    A JobSet has a Service of its name. One that is there before the collectors' would have their address.
    """
    name = "object.metadata.?name.orValue('')"
    taken = (
        f"{name}.startsWith('{RETRAINING}') || {name}.startsWith('{NOTEBOOK}') || {name}.endsWith('{PREDICTOR}') || "
        f"{name} == '{COLLECTOR}'"
    )
    return AdmissionRule(
        expression=f"request.operation != 'CREATE' || !({taken})",
        message=(
            f"'names that start with {RETRAINING} or {NOTEBOOK}, or end with {PREDICTOR}, and {COLLECTOR}, are "
            "those of triggers, notebooks, endpoints and their log'"
        ),
    )


def claims_own() -> AdmissionRule:
    """A member's claim gets a new disk, and no volume that is there already."""
    return AdmissionRule(
        expression=(
            "request.operation == 'DELETE' || request.resource.resource != 'persistentvolumeclaims' || "
            f"({unannotated('object')} && (request.operation == 'UPDATE' || {fresh('object')}))"
        ),
        message=NEW_DISK,
    )


def pods_taken_along() -> AdmissionRule:
    """A job takes its pods along when it is deleted: what outlives it runs on, and no queue counts it."""
    options = "request.?options"
    return AdmissionRule(
        expression=(
            f"request.operation != 'DELETE' || ({options}.?propagationPolicy.orValue('') != 'Orphan' && "
            f"!{options}.?orphanDependents.orValue(false))"
        ),
        message="'what is deleted goes with its pods, which no queue would count: leave --cascade=orphan out'",
    )


def platform_kept() -> AdmissionRule:
    """A member neither changes nor deletes what the stack or an endpoint has made, but may end a run of a trigger.

    Who operates may restart a server or a collector too, whose Deployment makes it anew.
    """
    labels = "oldObject.metadata.?labels.orValue({})"
    deployed = f"('{INFERENCE_SERVICE_LABEL}' in {labels} || '{INFERENCE_LOG_LABEL}' in {labels})"
    kept = (
        f"'{OWNED_LABEL}' in {labels}",
        f"({deployed} && !({RESTART}))",
        "oldObject.metadata.name == 'kube-root-ca.crt'",
        f"('{TRIGGER_LABEL}' in {labels} && !(request.operation == 'DELETE' && request.resource.resource == 'jobs'))",
    )
    return AdmissionRule(
        expression=f"request.operation == 'CREATE' || !({' || '.join(kept)})",
        message="'the team stack, or an endpoint, has made this: change it in the stack file'",
    )


def operated() -> AdmissionRule:
    """Somebody who may not make an object of a kind only stops, starts and scales those that are there.

    By any other change of a spec a job would become another, which is as good as making one. A promoter's right to
    make Jobs is to make promotions.
    """
    makes = f"authorizer.requestResource.check('create').allowed() && (!{PROMOTER} || {DEVELOPS})"
    now, before = "object.?spec.orValue({})", "oldObject.?spec.orValue({})"
    kept = (
        f"{now}.all(k, k in {quoted(OPERATED)} || (k in {before} && {before}[k] == {now}[k])) && "
        f"{before}.all(k, k in {quoted(OPERATED)} || k in {now})"
    )
    metadata = [f"{{0}}.metadata.?{part}.orValue({{{{}}}})" for part in ("annotations", "labels")]
    same = [f"{part.format('object')} == {part.format('oldObject')}" for part in metadata]
    return AdmissionRule(
        expression=(f"request.operation != 'UPDATE' || ({makes}) || ({' && '.join([*same, kept])})"),
        message=(
            f"'who operates changes {', '.join(OPERATED)} of a workload and nothing else: who develops submits it anew'"
        ),
    )
