"""The policy of a team's namespace by which its hub makes the notebooks of the team's file, and no other pod."""

from collections.abc import Sequence

import pulumi_kubernetes as k8s

from components.notebooks.hub_values import Workspaces
from components.notebooks.server import COMMAND, NotebookServer, node_selector, pod_labels
from components.platform.admission import Policy, target
from components.platform.admission_makers import HUB
from components.platform.admission_rule import AdmissionRule, AdmissionRules, quoted
from reference.vocabulary import GPU_RESOURCE, NOTEBOOK, NOTEBOOK_LABEL, QUEUE_LABEL

POD = "object.spec"
CONTAINER = f"{POD}.containers[0]"
PERSON = f"object.metadata.?labels[?'{NOTEBOOK_LABEL}'].orValue('')"


def notebook_policy(team: Workspaces) -> Policy:
    """The policy, which holds whoever has taken over the hub: it would be the hub's only other door to the cluster."""
    match = k8s.admissionregistration.v1.MatchResourcesArgs(
        resource_rules=[target("", "pods", "CREATE")],
        namespace_selector=k8s.meta.v1.LabelSelectorArgs(
            match_labels={"kubernetes.io/metadata.name": team.stack}
        ),
    )
    return Policy(
        name=f"paved-notebooks-{team.stack}",
        match=match,
        rules=AdmissionRules(rules=notebook_rules(team)),
        conditions={"hub": HUB},
    )


def notebook_rules(team: Workspaces) -> list[AdmissionRule]:
    """The rules of a pod that the hub makes; those of every pod of the team hold beside them."""
    return [of_a_person(team.people), own_home(), one_container(team.image), of_a_size(team), ends(team)]


def of_a_person(people: Sequence[str]) -> AdmissionRule:
    """A notebook is of one of the people of the file, and bears the person's name."""
    return AdmissionRule(
        expression=(
            f"{PERSON} in {quoted(people)} && object.metadata.?name.orValue('') == '{NOTEBOOK}' + {PERSON}"
        ),
        message="'a notebook is of somebody whom the stack file names in notebooks.people'",
    )


def own_home() -> AdmissionRule:
    """A notebook mounts the home of its person, and memory."""
    volumes = f"{POD}.?volumes.orValue([])"
    claim = "v.?persistentVolumeClaim.?claimName"
    kinds = "has(v.persistentVolumeClaim) || has(v.emptyDir)"
    # EKS adds the token by which the pod is known to AWS; the rules of every pod say what else it may not hold.
    token = "has(v.projected)"
    return AdmissionRule(
        expression=(
            f"{volumes}.all(v, {kinds} || {token}) && "
            f"{volumes}.all(v, {claim}.orValue(object.metadata.name) == object.metadata.name)"
        ),
        message="'a notebook mounts the home of its person, and no other volume'",
    )


def one_container(image: str) -> AdmissionRule:
    """A notebook is one container of the image of the file, which runs JupyterHub's server."""
    return AdmissionRule(
        expression=(
            f"size({POD}.containers) == 1 && size({POD}.?initContainers.orValue([])) == 0 && "
            f"{CONTAINER}.image == '{image}' && !has({CONTAINER}.command) && "
            f"!{CONTAINER}.?lifecycle.?postStart.hasValue() && !{CONTAINER}.?lifecycle.?preStop.hasValue() && "
            f"{CONTAINER}.?args.orValue([]) == ['{COMMAND}']"
        ),
        message=f"'a notebook is one container of {image} that runs {COMMAND}'",
    )


def of_a_size(team: Workspaces) -> AdmissionRule:
    """A notebook has one of the sizes of the file, on that size's nodes, and one with GPUs waits in the queue."""
    sizes = " || ".join(f"({is_size(each, team.stack)})" for each in team.servers)
    names = ", ".join(each.name for each in team.servers)
    return AdmissionRule(
        expression=sizes, message=f"'a notebook has a size of notebooks.servers and its nodes: {names}'"
    )


def is_size(server: NotebookServer, stack: str) -> str:
    """The expression that holds for a notebook of one size."""
    requests = f"{CONTAINER}.?resources.?requests"
    wanted = {"cpu": str(server.cpu), "memory": f"{server.memory_gib}Gi"}
    parts = [
        f"quantity(string({requests}[?'{key}'].orValue('0'))).compareTo(quantity('{amount}')) == 0"
        for key, amount in wanted.items()
    ]
    parts.append(f"string({requests}[?'{GPU_RESOURCE}'].orValue('0')) == '{server.gpus}'")
    selector = node_selector(server, stack).items()
    pairs = ", ".join(f"'{key}': '{value}'" for key, value in selector)
    parts.append(f"{POD}.?nodeSelector.orValue({{}}) == {{{pairs}}}")
    queue = pod_labels(server).get(QUEUE_LABEL, "")
    parts.append(f"object.metadata.?labels[?'{QUEUE_LABEL}'].orValue('') == '{queue}'")
    return " && ".join(parts)


def ends(team: Workspaces) -> AdmissionRule:
    """A notebook ends by itself, also while its hub is away."""
    most = team.deadline_seconds
    deadline = f"{POD}.?activeDeadlineSeconds.orValue({most} + 1)"
    return AdmissionRule(
        expression=f"{deadline} <= {most}",
        message=f"'a notebook ends: activeDeadlineSeconds is at most {most}'",
    )
