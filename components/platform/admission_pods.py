"""Rules of every pod of a team, judged at the pod, and at the job before it with a message."""

from components.cluster.system_nodes import SYSTEM_POOL
from components.platform.admission_makers import HUB
from components.platform.admission_rule import AdmissionRule, quoted
from components.platform.storage import GP3
from components.platform.team_images import TeamImages
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    DEVICE_VARIABLES,
    GENERAL_POOL,
    HOSTNAME_LABEL,
    MONITOR_ACCOUNT,
    NOTEBOOK,
    POD_IDENTITY_SERVICE,
    POOL_LABEL,
    PRIORITY_LABEL,
    PROMOTER_ACCOUNT,
    STACK_LABEL,
    TRAINER_ACCOUNT,
)

CONTAINERS = "(p.?spec.?containers.orValue([]) + p.?spec.?initContainers.orValue([]))"
VOLUMES = "p.?spec.?volumes.orValue([])"
PROMOTES = f"p.?spec.?serviceAccountName.orValue('') == '{PROMOTER_ACCOUNT}'"
"""The expression that holds for a pod that runs as the service account of promotions."""
JUDGES = f"p.?spec.?serviceAccountName.orValue('') == '{MONITOR_ACCOUNT}'"
"""The expression that holds for a pod of model health, which reads what its endpoint was asked."""

VOLUME_KINDS = (
    "configMap",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
)
"""The kinds of volume that name nothing outside the team's rights: no Secret, image, driver or path of a node."""
VALUE_SOURCES = ("configMapKeyRef", "fieldRef", "resourceFieldRef")
"""The places that a variable may take its value from."""
NEW_DISK = f"'a claim gets a new disk of the class {GP3}: leave volumeName, dataSource and annotations of its disk out'"

LONGEST_GRACE_SECONDS = 3600
LONGEST_DEADLINE_SECONDS = 30 * 24 * 3600


def forbidden(images: TeamImages, exempt: str = "false") -> list[AdmissionRule]:
    """Rules of what a pod or a template may not name. `exempt` are pods whose images KServe chooses."""
    whole = [no_priority(), no_token(), scheduled_by_default(), devices_counted()]
    return [*whole, *forbidden_changes(images, exempt)]


def forbidden_changes(images: TeamImages, exempt: str = "false") -> list[AdmissionRule]:
    """Rules of the fields that a TrainJob may change of its runtime's pods, too."""
    return [
        volumes_known(),
        projections_known(),
        new_disks(),
        homes_closed(),
        no_secrets(),
        devices_unnamed(),
        repels_nobody(),
        off_endpoints(exempt),
        grace_bounded(),
        own_images(images, exempt),
    ]


def each_pod(condition: str) -> str:
    """The expression that holds when a condition holds of every pod `p`."""
    return f"variables.pods.all(p, {condition})"


def each_container(condition: str) -> str:
    """The expression that holds when a condition holds of every container `c` of every pod."""
    return each_pod(f"{CONTAINERS}.all(c, {condition})")


def no_priority() -> AdmissionRule:
    """A pod has no PriorityClass: those of Kubernetes evict controllers, and Kueue orders jobs by a label."""
    return AdmissionRule(
        expression=each_pod("p.?spec.?priorityClassName.orValue('') == ''"),
        message=f"'a pod of a team has no priorityClassName: order jobs by the label {PRIORITY_LABEL}'",
    )


def off_system_nodes() -> AdmissionRule:
    """A pod selects nodes that are not the system's, which have no taint."""
    pool = f"p.?spec.?nodeSelector[?'{POOL_LABEL}'].orValue('')"
    team = " || ".join(
        f"p.?spec.?nodeSelector[?'{key}'].orValue('') != ''" for key in (STACK_LABEL, ACCELERATOR_LABEL)
    )
    return AdmissionRule(
        expression=each_pod(f"{pool} != '{SYSTEM_POOL}' && ({pool} != '' || {team})"),
        message=(
            f"'a pod of a team says which nodes it runs on, and never system nodes: set nodeSelector {POOL_LABEL}: "
            f"{GENERAL_POOL}, or the labels of a pool with accelerators'"
        ),
    )


def account_named(
    account: str = f"'{TRAINER_ACCOUNT}'", *, optional: bool = False, also: str | None = None
) -> AdmissionRule:
    """A job's pods run as the team's service account for jobs, which `account` names.

    `also` is the expression under which they may run as another.
    """
    named = "p.?spec.?serviceAccountName.orValue('')"
    absent = f"{named} == '' || " if optional else ""
    others = f" || ({also})" if also else ""
    return AdmissionRule(
        expression=each_pod(f"{absent}{named} == {account}{others}"),
        message=f"'jobs run as the service account {TRAINER_ACCOUNT}: set serviceAccountName: {TRAINER_ACCOUNT}'",
    )


def volumes_known() -> AdmissionRule:
    """A pod mounts what the team may read, and nothing of the node."""
    kinds = quoted(("name", *VOLUME_KINDS))
    return AdmissionRule(
        expression=each_pod(f"{VOLUMES}.all(v, v.all(k, k in {kinds}))"),
        message=f"'volumes are of the kinds {', '.join(VOLUME_KINDS)}'",
    )


def projections_known() -> AdmissionRule:
    """A projected volume holds no Secret, and no token but that for AWS, which EKS puts there itself."""
    sources = "v.?projected.?sources.orValue([])"
    kinds = quoted(("configMap", "downwardAPI", "serviceAccountToken"))
    token = f"s.?serviceAccountToken.orValue({{'audience': '{POD_IDENTITY_SERVICE}'}})"
    audience = f"{token}.?audience.orValue('') == '{POD_IDENTITY_SERVICE}'"
    return AdmissionRule(
        expression=each_pod(f"{VOLUMES}.all(v, {sources}.all(s, s.all(k, k in {kinds}) && {audience}))"),
        message="'a projected volume holds ConfigMaps and the downward API: no Secret, certificate or token'",
    )


def new_disks() -> AdmissionRule:
    """The claim that Kubernetes makes for a pod gets a disk as one of a member's own does."""
    claim = "v.?ephemeral.?volumeClaimTemplate"
    return AdmissionRule(
        expression=each_pod(f"{VOLUMES}.all(v, {fresh(claim)} && {unannotated(claim)})"), message=NEW_DISK
    )


def homes_closed() -> AdmissionRule:
    """The home of a person is mounted in that person's notebook, which the hub makes, and in no job."""
    claim = "v.?persistentVolumeClaim.?claimName.orValue('')"
    return AdmissionRule(
        expression=f"({HUB}) || " + each_pod(f"{VOLUMES}.all(v, !{claim}.startsWith('{NOTEBOOK}'))"),
        message=f"'claims that start with {NOTEBOOK} are homes of people: their notebooks alone mount them'",
    )


def fresh(claim: str) -> str:
    """The expression that holds of a claim for a new, empty disk of the platform's class."""
    spec = f"{claim}.?spec"
    # A copy of another claim would be one of somebody's home.
    empty = f"!{spec}.?dataSource.hasValue() && !{spec}.?dataSourceRef.hasValue()"
    return f"({spec}.?volumeName.orValue('') == '' && {spec}.?storageClassName.orValue('{GP3}') == '{GP3}' && {empty})"


def unannotated(claim: str) -> str:
    """The expression that holds of a claim without an annotation by which its disk is of another class or type."""
    key = "(k == 'volume.beta.kubernetes.io/storage-class' || k.startsWith('ebs.csi.aws.com/'))"
    return f"{claim}.?metadata.?annotations.orValue({{}}).all(k, !{key})"


def no_secrets() -> AdmissionRule:
    """A container takes no value from a Secret, and no pod pulls images by one."""
    source = f"e.?valueFrom.orValue({{}}).all(k, k in {quoted(VALUE_SOURCES)})"
    env = f"c.?env.orValue([]).all(e, {source}) && c.?envFrom.orValue([]).all(e, !has(e.secretRef))"
    pulls = "p.?spec.?imagePullSecrets.orValue([]).size() == 0"
    return AdmissionRule(
        expression=each_pod(f"{pulls} && {CONTAINERS}.all(c, {env})"),
        message=(
            "'pods take no Secret by name: AWS credentials come with the service account, and settings from a "
            "ConfigMap'"
        ),
    )


def no_token() -> AdmissionRule:
    """No pod of a team talks to the Kubernetes API."""
    return AdmissionRule(
        expression=each_pod("!p.?spec.?automountServiceAccountToken.orValue(false)"),
        message="'no pod of a team talks to the Kubernetes API: leave automountServiceAccountToken out'",
    )


def scheduled_by_default() -> AdmissionRule:
    """A pod is scheduled and run as every other."""
    scheduler = "p.?spec.?schedulerName.orValue('default-scheduler') == 'default-scheduler'"
    return AdmissionRule(
        expression=each_pod(f"{scheduler} && p.?spec.?runtimeClassName.orValue('') == ''"),
        message="'leave schedulerName and runtimeClassName out: the platform has one of each'",
    )


def repels_nobody() -> AdmissionRule:
    """A pod's affinity knows pods of its own namespace, and keeps them off its node at most.

    A scheduler holds others to what a pod says of them: one that keeps servers off a zone would leave them nowhere.
    """
    foreign = "has(t.namespaces) || has(t.namespaceSelector)"
    terms: list[str] = []
    for kind in ("podAffinity", "podAntiAffinity"):
        at = f"p.?spec.?affinity.?{kind}"
        terms.append(f"{at}.?requiredDuringSchedulingIgnoredDuringExecution.orValue([]).all(t, !({foreign}))")
        preferred = f"{at}.?preferredDuringSchedulingIgnoredDuringExecution.orValue([])"
        terms.append(f"{preferred}.map(w, w.podAffinityTerm).all(t, !({foreign}))")
    required = (
        "p.?spec.?affinity.?podAntiAffinity.?requiredDuringSchedulingIgnoredDuringExecution.orValue([])"
    )
    terms.append(f"{required}.all(t, t.?topologyKey.orValue('') == '{HOSTNAME_LABEL}')")
    return AdmissionRule(
        expression=each_pod(" && ".join(terms)),
        message=(
            "'affinity is between pods of a team: leave out namespaces and namespaceSelector, and keep pods off no "
            f"more than {HOSTNAME_LABEL}'"
        ),
    )


def off_endpoints(exempt: str) -> AdmissionRule:
    """A pod of a job stays off the nodes that are kept for endpoints."""
    return AdmissionRule(
        expression=f"{exempt} || "
        + each_pod(f"p.?spec.?tolerations.orValue([]).all(t, t.?key.orValue('') != '{POOL_LABEL}')"),
        message=f"'nodes of endpoints are for endpoints: leave the toleration of {POOL_LABEL} out'",
    )


def devices_counted() -> AdmissionRule:
    """Devices are requested as resources, which quota and queue count. No claim of them is."""
    return AdmissionRule(
        expression=each_pod("p.?spec.?resourceClaims.orValue([]).size() == 0"),
        message="'devices are requested in resources: leave resourceClaims out'",
    )


def devices_unnamed() -> AdmissionRule:
    """No container names devices of its node: it has those that it requests.

    What an image or a ConfigMap says is not seen here; the nodes heed neither.
    """
    named = f"e.name in {quoted(DEVICE_VARIABLES)} && !(e.?value.orValue('') in ['void', 'none'])"
    return AdmissionRule(
        expression=each_container(f"c.?env.orValue([]).all(e, !({named}))"),
        message=f"'a container has the GPUs that it requests: leave {' and '.join(DEVICE_VARIABLES)} out'",
    )


def grace_bounded() -> AdmissionRule:
    """A pod that must go is gone within the hour, and leaves nothing that would keep it."""
    grace = f"p.?spec.?terminationGracePeriodSeconds.orValue(0) <= {LONGEST_GRACE_SECONDS}"
    return AdmissionRule(
        expression=each_pod(grace),
        message=f"'terminationGracePeriodSeconds is at most {LONGEST_GRACE_SECONDS}, an hour'",
    )


def no_template_finalizers() -> AdmissionRule:
    """A template hands no finalizer to its pods, which nothing would take off."""
    return AdmissionRule(
        expression=each_pod("p.?metadata.?finalizers.orValue([]).size() == 0"),
        message="'leave finalizers out of pod templates: nothing would take them off'",
    )


def own_images(images: TeamImages, exempt: str) -> AdmissionRule:
    """An image is the team's own or a shared one: some nodes pull the images of all teams.

    Its repositories answer to several names: `dkr.ecr`, `dkr.ecr-fips` and `dkr-ecr`.
    """
    image = "c.?image.orValue('')"
    own = f"{image}.startsWith('{images.registry}/' + request.namespace + '/')"
    shared = f"{quoted(sorted(images.shared))}.exists(s, {image}.startsWith(s))"
    others = f"{image} == ''" if images.closed else f"!{image}.startsWith('{images.account}.')"
    known = f" or start with one of: {', '.join(sorted(images.shared))}" if images.shared else ""
    return AdmissionRule(
        expression=f"{exempt} || " + each_container(f"{others} || {own} || {shared}"),
        message=f"'images come from {images.registry}/' + request.namespace + '/{known}'",
    )


def limits_named() -> AdmissionRule:
    """A container that requests memory says its limit: the namespace's default is less than many requests.

    Kueue would hold the job back for ever, and the pod be refused.
    """
    resources = "c.?resources"
    return AdmissionRule(
        expression=each_container(
            f"!{resources}.?requests[?'memory'].hasValue() || {resources}.?limits[?'memory'].hasValue()"
        ),
        message="'a container that requests memory sets its limit too: resources.limits.memory'",
    )
